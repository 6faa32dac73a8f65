package buf

import "testing"

func TestMake(t *testing.T) {
	for _, n := range []int{0, 1, 1 << 10, hugeFrom / 8, hugeFrom/8 + 1, 3_000_000} {
		s := Make[float64](n)
		if len(s) != n || cap(s) != n {
			t.Fatalf("%d elements, room for %d, want %d", len(s), cap(s), n)
		}
		for i, v := range s {
			if v != 0 {
				t.Fatalf("element %d of %d is %v", i, n, v)
			}
			s[i] = 1
		}
	}
	if len(Make[struct{}](5)) != 5 {
		t.Error("elements of no size")
	}
}

func BenchmarkFill(b *testing.B) {
	const n = 1 << 20
	for name, alloc := range map[string]func() []float64{
		"plain": func() []float64 { return make([]float64, n) },
		"huge":  func() []float64 { return Make[float64](n) },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(8 * n)
			for b.Loop() {
				keep = append(keep, alloc())
				s := keep[len(keep)-1]
				for i := range s {
					s[i] = 1
				}
				if len(keep) == 64 {
					keep = nil
				}
			}
			keep = nil
		})
	}
}

var keep [][]float64
