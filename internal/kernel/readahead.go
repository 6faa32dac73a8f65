package kernel

// Four short rows read side by side are four streams inside one page, which the processor's prefetcher does not
// follow: from memory such loops ran three times slower than in cache. Reading one element of each cache line of the
// next four rows, in order, before adding up the present four brings that back (rows of 512 to 2048 bytes: 1.0-1.3 to
// 0.41-0.52 ns an element). Shorter rows lie in few lines, longer ones are streams by themselves; for both it costs.

// readsAhead reports whether rows of stride elements are worth reading ahead.
func readsAhead[T Number](stride int) bool {
	size := stride * int(sizeOf[T]())
	return size > 256 && size <= 2048
}

// readAhead reads the cache lines of the four rows that begin at row k of a, as far as there are any.
func readAhead[T Number](a []T, k, stride int) {
	lo := min(k*stride, len(a))
	touch(a[lo:min(lo+4*stride, len(a))])
}

// touch reads one element of each cache line of a. It returns something, and is not inlined, so that the reads stay.
//
//go:noinline
func touch[T Number](a []T) (last T) {
	line := int(64 / sizeOf[T]())
	for i := 0; i < len(a); i += line {
		last += a[i]
	}
	return last
}
