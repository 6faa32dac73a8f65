package array

// partial reduces the bound region of m to accumulators, one for each combination of kept positions, row-major.
func (n *reduceNode[T, A, R]) partial(m *machine[T]) (any, error) {
	w := &tileReducer[T, A, R]{n: n, strides: make([]int, len(n.reduced)), first: make([]int, len(n.reduced))}
	size := 1
	for d := len(n.reduced) - 1; d >= 0; d-- {
		if !n.reduced[d] {
			w.strides[d] = size
			size *= m.box.shape[d]
		}
	}
	copy(w.first, m.box.start)
	w.whole = stridesOf(n.x.shape)
	acc := make([]A, size)
	if n.red.empty != nil {
		n.red.empty(acc)
	}
	return acc, m.run(func(r *region, tile []T) error {
		w.reduce(acc, r, tile)
		return nil
	})
}

// tileReducer adds tiles to the accumulators of a chunk.
type tileReducer[T, A, R any] struct {
	n       *reduceNode[T, A, R]
	strides []int // of the accumulators; 0 on reduced axes
	first   []int // where the chunk starts
	whole   []int // strides of the whole array, for flat indices
	groups  []group
	part    []A
}

// group is neighbouring axes that are reduced together, or kept together.
type group struct {
	n    int
	kept bool
	hop  int // how far the index moves from one position to the next, where reductions are indexed
}

// reduce adds a tile. Its region is a contiguous piece of the chunk, so the accumulators it adds to are one too.
func (w *tileReducer[T, A, R]) reduce(acc []A, r *region, tile []T) {
	at, size, base := 0, 1, 0
	w.groups = w.groups[:0]
	for d, n := range r.shape {
		kept := !w.n.reduced[d]
		hop := 1
		if kept {
			at += (r.start[d] - w.first[d]) * w.strides[d]
			size *= n
			hop = 0
		} else if w.n.red.flat {
			hop = w.whole[d]
			base += r.start[d] * hop
		} else {
			base = r.start[d]
		}
		// The kernels count by one, so a flat reduction ends with a group whose hop is 1.
		if n == 1 && (!w.n.red.flat || hop != 1) {
			continue
		}
		if k := len(w.groups) - 1; k >= 0 && w.groups[k].kept == kept && (!w.n.red.flat || w.groups[k].hop == hop*n) {
			w.groups[k].n *= n
			w.groups[k].hop = hop
			continue
		}
		w.groups = append(w.groups, group{n, kept, hop})
	}
	w.block(acc[at:at+size], tile, w.groups, base)
}

// block reduces a row-major block whose axes are the groups: down to (kept, reduced, kept) in one call, beyond that
// one position of the first group after the other.
func (w *tileReducer[T, A, R]) block(acc []A, a []T, g []group, base int) {
	switch {
	case len(g) == 0:
		w.call(acc, a, 1, 1, 1, base)
		return
	case len(g) == 1 && g[0].kept:
		w.call(acc, a, 1, 1, g[0].n, base)
		return
	case len(g) == 1:
		w.call(acc, a, 1, g[0].n, 1, base)
		return
	case len(g) == 2 && g[0].kept:
		w.call(acc, a, g[0].n, g[1].n, 1, base)
		return
	case len(g) == 2 && g[1].kept:
		w.call(acc, a, 1, g[0].n, g[1].n, base)
		return
	case len(g) == 3 && g[0].kept:
		w.call(acc, a, g[0].n, g[1].n, g[2].n, base)
		return
	}
	n := g[0].n
	size, keep := len(a)/n, len(acc)
	if g[0].kept {
		keep /= n
	}
	for i := range n {
		at := 0
		if g[0].kept {
			at = i * keep
		}
		w.block(acc[at:at+keep], a[i*size:(i+1)*size], g[1:], base+i*g[0].hop)
	}
}

func (w *tileReducer[T, A, R]) call(acc []A, a []T, outer, n, inner, base int) {
	red := w.n.red
	if !red.sets {
		red.tile(acc, a, outer, n, inner, base)
		return
	}
	if cap(w.part) < len(acc) {
		w.part = make([]A, len(acc))
	}
	part := w.part[:len(acc)]
	red.tile(part, a, outer, n, inner, base)
	red.merge(acc, part)
}
