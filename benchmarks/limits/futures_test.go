package limits

import (
	"context"
	"errors"
	"slices"

	"github.com/gomagpie/magpie/futures"
)

// block is a result of the size of a chunk, whose elements are i.
func (w *world) block(i int) []float64 {
	b := make([]float64, w.chunk())
	for j := range b { // so that the memory is there
		b[j] = float64(i)
	}
	return b
}

// claimed is a value that says that it takes so many bytes.
type claimed struct{ bytes int64 }

// Bytes is its size.
func (c claimed) Bytes() int64 { return c.bytes }

func first(b []float64) float64 { return b[0] }

func total(xs []float64) (sum float64) {
	for _, x := range xs {
		sum += x
	}
	return sum
}

// indices is a number for each block.
func (w *world) indices() []int {
	all := make([]int, w.parts())
	for i := range all {
		all[i] = i
	}
	return all
}

// blocks is all blocks, delayed: ten times the limit.
func (w *world) blocks() (all []*futures.Delayed[[]float64]) {
	for i := range w.parts() {
		all = append(all, futures.Delay1(w.block, futures.Value(i)))
	}
	return all
}

// totals makes one number of each block, and checks their sum.
func (w *world) totals(blocks []*futures.Delayed[[]float64]) error {
	var firsts []*futures.Delayed[float64]
	for _, b := range blocks {
		firsts = append(firsts, futures.Delay1(first, b))
	}
	got, err := futures.DelaySlice(total, firsts).Compute(w.ctx, w.on)
	return near(got, err, float64(sumTo(w.parts())))
}

// gathered checks futures of one number each.
func (w *world) gathered(fs []*futures.Future[float64]) error {
	got, err := futures.Gather(w.ctx, fs)
	return near(total(got), err, float64(sumTo(w.parts())))
}

func futuresRows() []row {
	allHeld := "all blocks are held at once, by the caller or by one call"
	firstOf := func(w *world) func(int) float64 { return func(i int) float64 { return w.block(i)[0] } }
	return append(callRows(),
		answer("futures.Delay1 futures.DelaySlice futures.Delayed.Compute", "", func(w *world) error { return w.totals(w.blocks()) }),
		refused("futures.All", "", allHeld, func(w *world) error {
			_, err := futures.All[[]float64](w.blocks()...).Compute(w.ctx, w.on)
			return err
		}),
		refused("futures.DelaySlice", "of all blocks", allHeld, func(w *world) error {
			_, err := futures.DelaySlice(func(bs [][]float64) int { return len(bs) }, w.blocks()).Compute(w.ctx, w.on)
			return err
		}),
		refused("futures.Delayed.Persist futures.Delayed.Wait", "", allHeld, func(w *world) error {
			all := w.blocks()
			for i, b := range all {
				all[i] = b.Persist(w.ctx, w.on)
			}
			for _, b := range all {
				if err := b.Wait(w.ctx); err != nil {
					return err
				}
			}
			return nil
		}),
		refused("futures.Delayed.Start", "", allHeld, func(w *world) error {
			var all []*futures.Future[[]float64]
			for _, b := range w.blocks() {
				all = append(all, b.Start(w.ctx, w.on))
			}
			_, err := futures.Gather(w.ctx, all)
			return err
		}),
		refused("futures.Map", "into blocks", allHeld, func(w *world) error {
			_, err := futures.Gather(w.ctx, futures.Map(w.ctx, w.block, w.indices(), w.on))
			return err
		}),
		refused("futures.Scatter", "", allHeld, func(w *world) error {
			_, err := futures.Gather(w.ctx, futures.Scatter(slices.Repeat([]claimed{{int64(w.chunk()) * 8}}, w.parts()), w.on))
			return err
		}),
		answer("futures.Map futures.Gather", "", func(w *world) error {
			return w.gathered(futures.Map(w.ctx, firstOf(w), w.indices(), w.on))
		}),
		answer("futures.Map", "of a sequence", func(w *world) error {
			return w.gathered(futures.Map(w.ctx, firstOf(w), slices.Values(w.indices()), w.on))
		}),
		answer("futures.TryMap futures.GatherOK", "", func(w *world) error {
			fs := futures.TryMap(w.ctx, func(i int) (float64, error) {
				if i%2 == 1 {
					return 0, errors.New("odd")
				}
				return firstOf(w)(i), nil
			}, w.indices(), w.on)
			got, err := futures.GatherOK(w.ctx, fs)
			return near(total(got), err, 2*float64(sumTo((w.parts()+1)/2)))
		}),
		answer("futures.TryMap", "of a sequence", func(w *world) error {
			return w.gathered(futures.TryMap(w.ctx, func(i int) (float64, error) { return firstOf(w)(i), nil },
				slices.Values(w.indices()), w.on))
		}),
		answer("futures.CtxMap", "", func(w *world) error {
			return w.gathered(futures.CtxMap(w.ctx, func(_ context.Context, i int) (float64, error) { return firstOf(w)(i), nil },
				w.indices(), w.on))
		}),
		answer("futures.CtxMap", "of a sequence", func(w *world) error {
			return w.gathered(futures.CtxMap(w.ctx, func(_ context.Context, i int) (float64, error) { return firstOf(w)(i), nil },
				slices.Values(w.indices()), w.on))
		}),
		answer("futures.Map2 futures.TryMap2 futures.CtxMap2", "", func(w *world) error {
			two := func(i, j int) float64 { return w.block(i)[0] + w.block(j)[0] }
			a, b, c := thirds(w.indices())
			fs := futures.Map2(w.ctx, two, a, a, w.on)
			fs = append(fs, futures.TryMap2(w.ctx, func(i, j int) (float64, error) { return two(i, j), nil }, b, slices.Values(b), w.on)...)
			fs = append(fs, futures.CtxMap2(w.ctx, func(_ context.Context, i, j int) (float64, error) { return two(i, j), nil }, c, c, w.on)...)
			got, err := futures.Gather(w.ctx, fs)
			return near(total(got), err, 2*float64(sumTo(w.parts())))
		}),
		answer("futures.Map3 futures.TryMap3 futures.CtxMap3", "", func(w *world) error {
			three := func(i, j, k int) float64 { return w.block(i)[0] + float64(j+k) }
			a, b, c := thirds(w.indices())
			fs := futures.Map3(w.ctx, three, a, a, a, w.on)
			fs = append(fs, futures.TryMap3(w.ctx, func(i, j, k int) (float64, error) { return three(i, j, k), nil }, b, b, slices.Values(b), w.on)...)
			fs = append(fs, futures.CtxMap3(w.ctx, func(_ context.Context, i, j, k int) (float64, error) { return three(i, j, k), nil }, c, c, c, w.on)...)
			got, err := futures.Gather(w.ctx, fs)
			return near(total(got), err, 3*float64(sumTo(w.parts())))
		}),
		refused("futures.Map2", "into blocks", allHeld, func(w *world) error {
			_, err := futures.Gather(w.ctx, futures.Map2(w.ctx, func(i, _ int) []float64 { return w.block(i) }, w.indices(), w.indices(), w.on))
			return err
		}),
		answer("futures.Persist", "of two numbers", func(w *world) error {
			ps := futures.Persist(w.ctx, []*futures.Delayed[float64]{w.number(), w.number()}, w.on)
			a, b, err := futures.Compute2(w.ctx, ps[0], ps[1], w.on)
			return near(a+b, err, 2*float64(sumTo(w.parts())))
		}),
		refused("futures.Persist", "of all blocks", allHeld, func(w *world) error {
			_, err := futures.All[[]float64](futures.Persist(w.ctx, w.blocks(), w.on)...).Compute(w.ctx, w.on)
			return err
		}),
		answer("futures.AsCompleted futures.Completed.Add futures.Completed.Next futures.Future.Result futures.Future.Release", "few at a time",
			func(w *world) error { return w.fewAtATime((*futures.Future[[]float64]).Release) }),
		answer("futures.AsCompleted", "dropped", func(w *world) error {
			return w.fewAtATime(func(*futures.Future[[]float64]) {})
		}),
		answer("futures.Wait", "", func(w *world) error {
			fs := futures.Map(w.ctx, firstOf(w), w.indices(), w.on)
			if _, left, err := futures.Wait(w.ctx, fs, futures.AllCompleted); err != nil || len(left) > 0 {
				return errors.Join(err, equal(len(left), nil, 0))
			}
			return w.gathered(fs)
		}),
		answer("futures.Compute2", "", func(w *world) error {
			a, b := w.number(), w.number()
			x, y, err := futures.Compute2(w.ctx, a, b, w.on)
			return near(x+y, err, 2*float64(sumTo(w.parts())))
		}),
		answer("futures.Compute3", "", func(w *world) error {
			a, b, c := w.number(), w.number(), w.number()
			x, y, z, err := futures.Compute3(w.ctx, a, b, c, w.on)
			return near(x+y+z, err, 3*float64(sumTo(w.parts())))
		}),
	)
}

// thirds cuts all in three.
func thirds(all []int) (a, b, c []int) {
	k := len(all) / 3
	return all[:k], all[k : 2*k], all[2*k:]
}

// number is a delayed value over all blocks.
func (w *world) number() *futures.Delayed[float64] {
	var firsts []*futures.Delayed[float64]
	for _, b := range w.blocks() {
		firsts = append(firsts, futures.Delay1(first, b))
	}
	return futures.DelaySlice(total, firsts)
}

// callRows are the shapes of calls. Each makes blocks of blocks, so that inputs and results are large.
func callRows() []row {
	join0 := func() int { return 0 }
	join2 := func(a, b []float64) float64 { return a[0] + b[0] }
	join3 := func(a, b, c []float64) float64 { return a[0] + b[0] + c[0] }
	slice := func(in [][]float64) float64 { return in[0][0] + in[1][0] }
	type block = *futures.Delayed[[]float64]
	type number = *futures.Delayed[float64]
	calls := func(ops, how string, one func(w *world, b block) number, two func(w *world, a, b block) number,
		three func(w *world, a, b, c block) number,
		some func(w *world, in []block) number) row {
		return answer(ops, how, func(w *world) error {
			all, sum := w.blocks(), 0.0
			for i := 0; i+12 <= len(all); i += 12 {
				got, err := futures.DelaySlice(total, []number{one(w, all[i]), two(w, all[i+1], all[i+2]),
					three(w, all[i+3], all[i+4], all[i+5]), three(w, all[i+6], all[i+7], all[i+8]), one(w, all[i+9]),
					some(w, all[i+10:i+12])}).Compute(w.ctx, w.on)
				if err != nil {
					return err
				}
				sum += got
			}
			return near(sum, nil, float64(sumTo(len(all)/12*12)))
		})
	}
	return []row{
		answer("futures.Delay0 futures.TryDelay0 futures.CtxDelay0 futures.Submit", "of nothing",
			func(w *world) error {
				try := func() (int, error) { return 0, nil }
				ctx := func(context.Context) (int, error) { return 0, nil }
				got, err := futures.All[int](futures.Delay0(join0), futures.TryDelay0(try), futures.CtxDelay0(ctx),
					futures.Delay0(join0).Start(w.ctx, w.on).Delayed(), futures.TryDelay0(try).Start(w.ctx, w.on).Delayed(),
					futures.Submit(w.ctx, ctx, w.on).Delayed()).Compute(w.ctx, w.on)
				return equal(len(got), err, 6)
			}),
		calls("futures.Delay2 futures.Delay3", "",
			func(_ *world, b block) number { return futures.Delay1(first, b) },
			func(_ *world, a, b block) number { return futures.Delay2(join2, a, b) },
			func(_ *world, a, b, c block) number { return futures.Delay3(join3, a, b, c) },
			func(_ *world, in []block) number { return futures.DelaySlice(slice, in) }),
		calls("futures.TryDelay1 futures.TryDelay2 futures.TryDelay3 futures.TryDelaySlice", "",
			func(_ *world, b block) number {
				return futures.TryDelay1(func(a []float64) (float64, error) { return first(a), nil }, b)
			},
			func(_ *world, a, b block) number {
				return futures.TryDelay2(func(a, b []float64) (float64, error) { return join2(a, b), nil }, a, b)
			},
			func(_ *world, a, b, c block) number {
				return futures.TryDelay3(func(a, b, c []float64) (float64, error) { return join3(a, b, c), nil }, a, b, c)
			},
			func(_ *world, in []block) number {
				return futures.TryDelaySlice(func(in [][]float64) (float64, error) { return slice(in), nil }, in)
			}),
		calls("futures.CtxDelay1 futures.CtxDelay2 futures.CtxDelay3 futures.CtxDelaySlice", "",
			func(_ *world, b block) number {
				return futures.CtxDelay1(func(_ context.Context, a []float64) (float64, error) { return first(a), nil }, b)
			},
			func(_ *world, a, b block) number {
				return futures.CtxDelay2(func(_ context.Context, a, b []float64) (float64, error) { return join2(a, b), nil }, a, b)
			},
			func(_ *world, a, b, c block) number {
				return futures.CtxDelay3(func(_ context.Context, a, b, c []float64) (float64, error) { return join3(a, b, c), nil }, a, b, c)
			},
			func(_ *world, in []block) number {
				return futures.CtxDelaySlice(func(_ context.Context, in [][]float64) (float64, error) { return slice(in), nil }, in)
			}),
		calls("futures.Delayed.Start", "of calls",
			func(w *world, b block) number { return futures.Delay1(first, b).Start(w.ctx, w.on).Delayed() },
			func(w *world, a, b block) number { return futures.Delay2(join2, a, b).Start(w.ctx, w.on).Delayed() },
			func(w *world, a, b, c block) number {
				return futures.Delay3(join3, a, b, c).Start(w.ctx, w.on).Delayed()
			},
			func(w *world, in []block) number { return futures.DelaySlice(slice, in).Start(w.ctx, w.on).Delayed() }),
		calls("futures.Delayed.Start", "that can fail",
			func(w *world, b block) number {
				return futures.TryDelay1(func(a []float64) (float64, error) { return first(a), nil }, b).Start(w.ctx, w.on).Delayed()
			},
			func(w *world, a, b block) number {
				return futures.TryDelay2(func(a, b []float64) (float64, error) { return join2(a, b), nil }, a, b).Start(w.ctx, w.on).Delayed()
			},
			func(w *world, a, b, c block) number {
				return futures.TryDelay3(func(a, b, c []float64) (float64, error) { return join3(a, b, c), nil }, a, b, c).Start(w.ctx, w.on).Delayed()
			},
			func(w *world, in []block) number {
				return futures.TryDelaySlice(func(in [][]float64) (float64, error) { return slice(in), nil }, in).Start(w.ctx, w.on).Delayed()
			}),
		calls("futures.Delayed.Start", "with context",
			func(w *world, b block) number {
				return futures.CtxDelay1(func(_ context.Context, a []float64) (float64, error) { return first(a), nil }, b).Start(w.ctx, w.on).Delayed()
			},
			func(w *world, a, b block) number {
				return futures.CtxDelay2(func(_ context.Context, a, b []float64) (float64, error) { return join2(a, b), nil }, a, b).Start(w.ctx, w.on).Delayed()
			},
			func(w *world, a, b, c block) number {
				return futures.CtxDelay3(func(_ context.Context, a, b, c []float64) (float64, error) { return join3(a, b, c), nil }, a, b, c).Start(w.ctx, w.on).Delayed()
			},
			func(w *world, in []block) number {
				return futures.CtxDelaySlice(func(_ context.Context, in [][]float64) (float64, error) { return slice(in), nil }, in).Start(w.ctx, w.on).Delayed()
			}),
	}
}

// fewAtATime has four blocks made at a time, and calls done with each future when its block was used.
func (w *world) fewAtATime(done func(*futures.Future[[]float64])) error {
	next := 0
	some := func() *futures.Future[[]float64] {
		next++
		return futures.Delay1(w.block, futures.Value(next-1)).Start(w.ctx, w.on)
	}
	ended := futures.AsCompleted(w.ctx, some(), some(), some(), some())
	sum := 0.0
	for f, ok := ended.Next(); ok; f, ok = ended.Next() {
		b, err := f.Result(w.ctx)
		if err != nil {
			return err
		}
		sum += b[0]
		done(f)
		if next < w.parts() {
			ended.Add(some())
		}
	}
	return near(sum, nil, float64(sumTo(w.parts())))
}
