package kernel

import "unsafe"

// The selections move numbers as words: the compiler has a conditional move for those and a branch for floats, and on
// a mask without a pattern the branch costs four times as much.

// Where sets dst to a where m is true and to b elsewhere.
func Where[T Number](dst []T, m []bool, a, b []T) {
	switch sizeOf[T]() {
	case 8:
		choose(words[uint64](dst), m, words[uint64](a), words[uint64](b))
	case 4:
		choose(words[uint32](dst), m, words[uint32](a), words[uint32](b))
	default:
		choose(dst, m, a, b)
	}
}

// WhereC sets dst to a where m is true and to c elsewhere.
func WhereC[T Number](dst []T, m []bool, a []T, c T) {
	switch sizeOf[T]() {
	case 8:
		chooseC(words[uint64](dst), m, true, words[uint64](a), word[uint64](c))
	case 4:
		chooseC(words[uint32](dst), m, true, words[uint32](a), word[uint32](c))
	default:
		chooseC(dst, m, true, a, c)
	}
}

// CWhere sets dst to c where m is true and to b elsewhere.
func CWhere[T Number](dst []T, m []bool, c T, b []T) {
	switch sizeOf[T]() {
	case 8:
		chooseC(words[uint64](dst), m, false, words[uint64](b), word[uint64](c))
	case 4:
		chooseC(words[uint32](dst), m, false, words[uint32](b), word[uint32](c))
	default:
		chooseC(dst, m, false, b, c)
	}
}

// CWhereC sets dst to c where m is true and to d elsewhere.
func CWhereC[T Number](dst []T, m []bool, c, d T) {
	pair := [2]T{d, c}
	b := bytes(m)[:len(dst)]
	for i := range dst {
		dst[i] = pair[b[i]&1]
	}
}

// words is a seen as numbers of type U, which has the size of T.
func words[U, T Number](a []T) []U {
	return unsafe.Slice((*U)(unsafe.Pointer(unsafe.SliceData(a))), len(a))
}

func word[U, T Number](c T) U { return *(*U)(unsafe.Pointer(&c)) }

func choose[T Number](dst []T, m []bool, a, b []T) {
	m, a, b = m[:len(dst)], a[:len(dst)], b[:len(dst)]
	for i := range dst {
		v, w := a[i], b[i]
		if m[i] {
			w = v
		}
		dst[i] = w
	}
}

// chooseC sets dst to a where m is keep and to c elsewhere.
func chooseC[T Number](dst []T, m []bool, keep bool, a []T, c T) {
	m, a = m[:len(dst)], a[:len(dst)]
	for i := range dst {
		v := a[i]
		if m[i] != keep {
			v = c
		}
		dst[i] = v
	}
}

// Compress copies the elements of a at which m is true to the front of dst and returns how many there are. dst must
// have room for CountTrue(m) elements; it may be a.
func Compress[T any](dst, a []T, m []bool) int {
	a = a[:len(m)]
	n := 0
	for i, keep := range m {
		if keep {
			dst[n] = a[i]
			n++
		}
	}
	return n
}
