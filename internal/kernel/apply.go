package kernel

// The helpers below are small enough to inline and are called with function literals only: then the literal is
// inlined too, and the loop is as fast as one written by hand. A functor passed as a type parameter would cost a call
// an element instead (all empty structs share one compiled body).

func apply1[T, U any](dst []U, a []T, f func(x T) U) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = f(a[i])
	}
}

func apply2[T, U any](dst []U, a, b []T, f func(x, y T) U) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = f(a[i], b[i])
	}
}

// Map sets dst to f of each element of a. f is called once an element, about 2 ns each beside its own work; a caller
// that has a whole-slice function should call that instead.
func Map[T, U any](dst []U, a []T, f func(T) U) { apply1(dst, a, f) }

// Map2 sets dst to f of each pair of elements of a and b, at the cost of Map.
func Map2[T, U, V any](dst []V, a []T, b []U, f func(T, U) V) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = f(a[i], b[i])
	}
}

// Convert sets dst to the elements of a converted to U as Go converts them: integers wrap, floats are rounded to
// float32 to nearest and truncated to integers toward zero. A float that is NaN or outside the range of an integer U
// gives a value that depends on the machine, as it does in NumPy's astype.
func Convert[U, T Number](dst []U, a []T) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = U(a[i])
	}
}

// Fill sets every element of dst to c.
func Fill[T any](dst []T, c T) {
	for i := range dst {
		dst[i] = c
	}
}
