package main

// shapes are graphs as lists of inputs, a list for each task, in the order in which magpie's collections add tasks:
// depth first, each right after the last of its inputs.
var shapes = []struct {
	name  string
	build func() [][]int
}{
	{"map, tree reduce (10,000)", func() [][]int { return mapReduce(10_000) }},
	{"mean over axis 0 (100x100)", axisMean},
	{"sum(x*y) (5,000)", twoInputs},
	{"mean and std of x (5,000)", shared},
	{"(x-x.mean()).sum() (2,000)", centred},
	{"x + x.T (48x48)", transposed},
	{"wavefront (100x100)", wavefront},
}

// builder adds tasks.
type builder struct{ inputs [][]int }

func (b *builder) add(in ...int) int {
	b.inputs = append(b.inputs, append([]int{}, in...)) // never nil: it becomes JSON
	return len(b.inputs) - 1
}

// tree adds a reduction of leaves lo to hi with fan-in 8, depth first.
func (b *builder) tree(lo, hi int, leaf func(i int) int) int {
	n := hi - lo
	if n == 1 {
		return leaf(lo)
	}
	step := 1
	for step*8 < n {
		step *= 8
	}
	var in []int
	for i := lo; i < hi; i += step {
		in = append(in, b.tree(i, min(i+step, hi), leaf))
	}
	return b.add(in...)
}

func mapReduce(n int) [][]int {
	b := &builder{}
	b.tree(0, n, func(int) int { return b.add(b.add()) })
	return b.inputs
}

func axisMean() [][]int {
	b := &builder{}
	for range 100 {
		b.tree(0, 100, func(int) int { return b.add() })
	}
	return b.inputs
}

func twoInputs() [][]int {
	b := &builder{}
	b.tree(0, 5000, func(int) int {
		x, y := b.add(), b.add()
		return b.add(x, y)
	})
	return b.inputs
}

func shared() [][]int {
	b := &builder{}
	const n = 5000
	x := make([]int, n)
	b.tree(0, n, func(i int) int {
		x[i] = b.add()
		return b.add(x[i])
	})
	b.tree(0, n, func(i int) int { return b.add(x[i]) })
	return b.inputs
}

// centred reads x twice, as magpie lowers it: a chunk that is cheap to read is not held for its second use.
func centred() [][]int {
	b := &builder{}
	const n = 2000
	mean := b.tree(0, n, func(int) int { return b.add(b.add()) })
	b.tree(0, n, func(int) int { return b.add(b.add(), mean) })
	return b.inputs
}

func transposed() [][]int {
	b := &builder{}
	const n = 48
	at := map[[2]int]int{}
	read := func(i, j int) int {
		if id, ok := at[[2]int{i, j}]; ok {
			return id
		}
		id := b.add()
		at[[2]int{i, j}] = id
		return id
	}
	b.tree(0, n*n, func(k int) int {
		i, j := k/n, k%n
		x, y := read(i, j), read(j, i)
		if x == y {
			return b.add(x)
		}
		return b.add(x, y)
	})
	return b.inputs
}

func wavefront() [][]int {
	b := &builder{}
	const n = 100
	for i := range n {
		for j := range n {
			var in []int
			if i > 0 {
				in = append(in, (i-1)*n+j)
			}
			if j > 0 {
				in = append(in, i*n+j-1)
			}
			b.add(in...)
		}
	}
	return b.inputs
}
