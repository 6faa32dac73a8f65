package bag_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/sched"
)

func TestZip(t *testing.T) {
	each(t, 80, func(t *testing.T, b *bag.Bag[int], want []int, opts []sched.Option) {
		plain := b.Map(func(x int) int { return x * x })
		sq := plain.Persist(context.Background())
		var pairs []bag.Pair[int, int]
		for _, x := range want {
			pairs = append(pairs, bag.Pair[int, int]{Key: x, Value: x * x})
		}
		z := bag.Zip(b, sq)
		check(t, z, opts, pairs)
		got, err := z.Take(context.Background(), 3, opts...)
		if err != nil || len(got) != 3 {
			t.Fatal(got, err)
		}
		for _, cut := range []*bag.Bag[bag.Pair[int, int]]{
			bag.Zip(b, plain.Filter(func(x int) bool { return x < 79*79 })),
			bag.Zip(b.Filter(func(x int) bool { return x < 79 }), plain),
		} {
			if _, err := cut.Compute(context.Background(), opts...); err == nil || !strings.Contains(err.Error(), "has more") {
				t.Fatal("leftovers are dropped:", err)
			}
		}
		bad := plain.TryMap(func(x int) (int, error) {
			if x == 400 {
				return 0, errRecord
			}
			return x, nil
		})
		if _, err := bag.Zip(b, bad).Compute(context.Background(), opts...); !errors.Is(err, errRecord) {
			t.Fatal(err)
		}
	})
	if bag.Zip(bag.Range(3, 1), bag.Range(3, 2)).Err() == nil {
		t.Error("no error for different partitions")
	}
}

func ExampleZip() {
	fmt.Println(bag.Zip(bag.Of("sorrow", "joy"), bag.Of(1, 2)).Compute(ctx))
	// Output: [sorrow: 1 joy: 2] <nil>
}
