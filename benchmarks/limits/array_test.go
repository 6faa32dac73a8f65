package limits

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/gomagpie/magpie/array"
	"github.com/gomagpie/magpie/sched"
)

// ramp is the numbers 0, 1, 2, ….
func (w *world) ramp() *floats {
	return array.Arange(0, float64(w.n), 1, array.Chunks(w.chunk()))
}

// ints is the same as integers.
func (w *world) ints() *array.Array[int64] {
	return array.Arange(0, int64(w.n), 1, array.Chunks(w.chunk()))
}

// table is the same in two dimensions: row i, column j is i*cols + j. As a persisted array it is ten times the limit.
func (w *world) table() *floats {
	i := array.Arange(0, float64(w.rows()), 1, array.Chunks(w.chunkRows())).MulScalar(cols).ExpandDims(1)
	j := array.Arange(0.0, cols, 1)
	return i.Add(j)
}

// rampSum is the sum of the numbers below n.
func (w *world) rampSum() float64 { return float64(w.n) * float64(w.n-1) / 2 }

// positions reads an array whose elements are their positions, as a file would be read: whole chunks, or tiles.
type positions struct{ tiles bool }

func (p positions) Tiles() bool { return p.tiles }

func (p positions) Read(_ context.Context, dst []float64, start, _ []int) error {
	for i := range dst {
		dst[i] = float64(start[0] + i)
	}
	return nil
}

func arrayRows() []row {
	rows := []row{
		answer("array.Arange array.Array.Sum array.Array.Item", "", func(w *world) error {
			got, err := w.sum(w.ramp())
			return near(got, err, w.rampSum())
		}),
		answer("array.Arange", "of integers", func(w *world) error {
			got, err := w.ints().Sum().Item(w.ctx, w.on)
			return equal(got, err, int64(sumTo(w.n)))
		}),
		answer("array.Linspace", "", func(w *world) error {
			got, err := w.sum(array.Linspace(0.0, 1, w.n, array.Chunks(w.chunk())))
			return near(got, err, float64(w.n)/2)
		}),
		answer("array.Full", "", func(w *world) error {
			got, err := w.sum(array.Full(2.5, []int{w.n}, array.Chunks(w.chunk())))
			return near(got, err, 2.5*float64(w.n))
		}),
		answer("array.Ones", "", func(w *world) error {
			got, err := w.sum(array.Ones[float64]([]int{w.n}, array.Chunks(w.chunk())))
			return near(got, err, float64(w.n))
		}),
		answer("array.Zeros", "", func(w *world) error {
			got, err := w.sum(array.Zeros[float64]([]int{w.n}, array.Chunks(w.chunk())))
			return near(got, err, 0)
		}),
		answer("array.FromReader", "in whole chunks", func(w *world) error {
			got, err := w.sum(array.FromReader(positions{}, []int{w.n}, array.Chunks(w.chunk())))
			return near(got, err, w.rampSum())
		}),
		answer("array.FromReader", "in tiles", func(w *world) error {
			got, err := w.sum(array.FromReader(positions{true}, []int{w.n}, array.Chunks(w.chunk())))
			return near(got, err, w.rampSum())
		}),
		answer("array.FromReader", "in whole chunks, six at a time", func(w *world) error {
			var xs []*floats
			for range 6 {
				xs = append(xs, array.FromReader(positions{}, []int{w.n}, array.Chunks(w.chunk())))
			}
			got, err := w.sum(xs[0].Add(xs[1]).Add(xs[2]).Add(xs[3]).Add(xs[4]).Add(xs[5]))
			return near(got, err, 6*w.rampSum())
		}),
		refused("array.FromReader", "in one chunk", "the chunk, which is read whole, is the data", func(w *world) error {
			got, err := w.sum(array.FromReader(positions{}, []int{w.n}, array.Chunks(w.n)))
			return near(got, err, w.rampSum())
		}),
		refused("array.Array.Persist", "one chunk", "a chunk is held whole", func(w *world) error {
			return array.Arange(0, float64(w.n), 1, array.Chunks(w.n)).Persist(w.ctx, w.on).Wait(w.ctx)
		}),
		refused("array.Array.Compute", "", "the result is held whole, by the caller", func(w *world) error {
			_, err := w.ramp().Compute(w.ctx, w.on)
			return err
		}),
		refused("array.Array.Compute", "of persisted data", "the result is held whole, by the caller", func(w *world) error {
			_, err := w.ramp().Persist(w.ctx, w.on).Compute(w.ctx, w.on)
			return err
		}),
		refused("array.Array.Compute", "of more than any machine has", "the result is held whole", func(w *world) error {
			_, err := array.Ones[float64]([]int{int(min(int64(math.MaxInt>>3), 1<<45))}).Compute(w.ctx, w.on)
			return err
		}),
		answer("array.Array.Compute", "of a fifth of the limit", func(w *world) error {
			n := w.n / 50
			d, err := array.Arange(0, float64(n), 1, array.Chunks(w.chunk())).Compute(w.ctx, w.on)
			if err != nil {
				return err
			}
			return equal(d.At(n-1), nil, float64(n-1))
		}),
		refused("array.Mask.Compute", "", "the result is held whole, by the caller", func(w *world) error {
			_, err := w.ramp().GreaterC(3).Compute(w.ctx, w.on)
			return err
		}),
		answer("array.Array.Delayed", "", func(w *world) error {
			got, err := w.ramp().Max().Delayed().Compute(w.ctx, w.on)
			return near(got, err, float64(w.n-1))
		}),
		answer("array.Array.Persist array.Array.Wait array.Array.Done array.Array.Bytes array.Array.Progress", "used twice in one expression",
			func(w *world) error {
				x := w.ramp().Persist(w.ctx, w.on)
				if err := x.Wait(w.ctx); err != nil {
					return err
				}
				<-x.Done()
				if b := x.Bytes(); b > w.limit {
					return fmt.Errorf("%d bytes are held", b)
				}
				if done, total := x.Progress(); done != total {
					return fmt.Errorf("%d of %d tasks", done, total)
				}
				n := float64(w.n)
				got, err := x.Sub(x.Mean()).Square().Mean().Item(w.ctx, w.on)
				return near(got, err, (n*n-1)/12)
			}),
		answer("array.Array.Persist array.Array.Release", "again and again", func(w *world) error {
			for range 3 {
				x := w.ramp().Persist(w.ctx, w.on)
				got, err := x.Max().Item(w.ctx, w.on)
				if err := near(got, err, float64(w.n-1)); err != nil {
					return err
				}
				x.Release()
			}
			return nil
		}),
		answer("array.Array.Persist", "of what is persisted", func(w *world) error {
			x := w.ramp().Persist(w.ctx, w.on)
			y := x.AddScalar(1).Persist(w.ctx, w.on)
			got, err := w.sum(y.Sub(x))
			return near(got, err, float64(w.n))
		}),
		answer("array.Array.Persist", "dropped and made anew", func(w *world) error {
			x := w.ramp().Persist(w.ctx, w.on)
			for range 3 {
				x = x.AddScalar(1).Persist(w.ctx, w.on)
				if err := x.Wait(w.ctx); err != nil {
					return err
				}
			}
			got, err := x.Min().Item(w.ctx, w.on)
			return near(got, err, 3)
		}),
		answer("array.Mask.Persist array.Mask.Wait array.Mask.Done array.Mask.Bytes array.Mask.Progress array.Mask.Release", "", func(w *world) error {
			m := w.ramp().LessC(float64(w.n/2)).Persist(w.ctx, w.on)
			if err := m.Wait(w.ctx); err != nil {
				return err
			}
			<-m.Done()
			if b := m.Bytes(); b > w.limit {
				return fmt.Errorf("%d bytes are held", b)
			}
			got, err := w.count(m.Xor(m.Not()))
			if err := near(got, err, float64(w.n)); err != nil {
				return err
			}
			m.Release()
			return nil
		}),
		answer("array.Mask.Slice", "", func(w *world) error {
			got, err := w.count(w.ramp().LessC(float64(w.n / 2)).Slice(array.RangeStep(array.None, array.None, 5)))
			return near(got, err, float64(w.n/10))
		}),
	}
	return append(append(rows, reductionRows()...), shapeRows()...)
}

// reductionRows reduce over everything, over rows and over columns, and where nearly as many results as elements come out.
func reductionRows() (rows []row) {
	n := func(w *world) float64 { return float64(w.n) }
	for _, r := range []struct {
		op   string
		f    func(x *floats, opts ...array.ReduceOption) *floats
		all  func(w *world) float64 // of the numbers below n
		cols func(w *world) float64 // the sum of those of all columns of table
		rows func(w *world) float64 // and of all its rows
		two  func(w *world) float64 // the sum over pairs of neighbours
	}{
		{"Sum", (*floats).Sum, (*world).rampSum, (*world).rampSum, (*world).rampSum, (*world).rampSum},
		{"Mean", (*floats).Mean, func(w *world) float64 { return (n(w) - 1) / 2 },
			func(w *world) float64 { return w.rampSum() / float64(w.rows()) },
			func(w *world) float64 { return w.rampSum() / cols }, func(w *world) float64 { return w.rampSum() / 2 }},
		{"Max", (*floats).Max, func(w *world) float64 { return n(w) - 1 },
			func(w *world) float64 { return cols*(n(w)-cols) + cols*(cols-1)/2 },
			func(w *world) float64 { return w.rampSum()/cols + float64(w.rows())*(cols-1)/2 },
			func(w *world) float64 { return w.rampSum()/2 + n(w)/4 }},
		{"Min", (*floats).Min, func(w *world) float64 { return 0 },
			func(w *world) float64 { return cols * (cols - 1) / 2 },
			func(w *world) float64 { return w.rampSum()/cols - float64(w.rows())*(cols-1)/2 },
			func(w *world) float64 { return w.rampSum()/2 - n(w)/4 }},
		{"Var", (*floats).Var, func(w *world) float64 { return (n(w)*n(w) - 1) / 12 },
			func(w *world) float64 { r := float64(w.rows()); return cols * cols * cols * (r*r - 1) / 12 },
			func(w *world) float64 { return float64(w.rows()) * (cols*cols - 1) / 12 },
			func(w *world) float64 { return n(w) / 2 / 4 }},
		{"Std", (*floats).Std, func(w *world) float64 { return math.Sqrt((n(w)*n(w) - 1) / 12) },
			func(w *world) float64 { r := float64(w.rows()); return cols * cols * math.Sqrt((r*r-1)/12) },
			func(w *world) float64 { return float64(w.rows()) * math.Sqrt((cols*cols-1.0)/12) },
			func(w *world) float64 { return n(w) / 2 / 2 }},
		{"ArgMax", func(x *floats, o ...array.ReduceOption) *floats { return x.ArgMax(o...).AsType[float64]() },
			func(w *world) float64 { return n(w) - 1 }, func(w *world) float64 { return cols * float64(w.rows()-1) },
			func(w *world) float64 { return float64(w.rows()) * (cols - 1) }, func(w *world) float64 { return n(w) / 2 }},
		{"ArgMin", func(x *floats, o ...array.ReduceOption) *floats { return x.ArgMin(o...).AsType[float64]() },
			func(w *world) float64 { return 0 }, func(w *world) float64 { return 0 },
			func(w *world) float64 { return 0 }, func(w *world) float64 { return 0 }},
		{"Prod", func(x *floats, o ...array.ReduceOption) *floats { return x.MulScalar(0).AddScalar(1).Prod(o...) },
			func(w *world) float64 { return 1 }, func(w *world) float64 { return cols },
			func(w *world) float64 { return float64(w.rows()) }, func(w *world) float64 { return n(w) / 2 }},
	} {
		op := "array.Array." + r.op
		value := func(how string, f func(w *world) *floats, want func(w *world) float64) {
			rows = append(rows, answer(op, how, func(w *world) error {
				got, err := w.sum(f(w))
				return near(got, err, want(w))
			}))
		}
		value("of all", func(w *world) *floats { return r.f(w.ramp()) }, r.all)
		value("down the columns", func(w *world) *floats { return r.f(w.table(), array.Axis(0)) }, r.cols)
		value("along the rows", func(w *world) *floats { return r.f(w.table(), array.Axis(1), array.KeepDims()) }, r.rows)
		if r.op != "Sum" && r.op != "Var" && r.op != "ArgMax" {
			continue // the others' accumulators are as large
		}
		value("of all persisted", func(w *world) *floats { return r.f(w.ramp().Persist(w.ctx, w.on)) }, r.all)
		// Half as many results as elements, each with an accumulator of 16 to 48 bytes.
		value("of pairs", func(w *world) *floats {
			i := array.Arange(0, float64(w.n), 2, array.Chunks(w.chunk()/2)).ExpandDims(1)
			return r.f(i.Add(array.Arange(0.0, 2, 1)), array.Axis(1)).Persist(w.ctx, w.on)
		}, r.two)
	}
	for _, m := range []struct {
		op   string
		f    func(m *array.Mask, opts ...array.ReduceOption) *floats
		want func(w *world) float64
	}{
		{"Count", func(m *array.Mask, o ...array.ReduceOption) *floats { return m.Count(o...).AsType[float64]() },
			func(w *world) float64 { return float64(w.rows()) * (cols - 2) }},
		{"Any", func(m *array.Mask, o ...array.ReduceOption) *floats {
			return m.Any(o...).Count().AsType[float64]()
		},
			func(w *world) float64 { return float64(w.rows()) }},
		{"All", func(m *array.Mask, o ...array.ReduceOption) *floats {
			return m.All(o...).Count().AsType[float64]()
		},
			func(w *world) float64 { return 0 }},
	} {
		rows = append(rows, answer("array.Mask."+m.op+" array.Mask.Item", "", func(w *world) error {
			got, err := w.sum(m.f(w.wave(0, cols-1).GreaterC(1), array.Axis(1)))
			return near(got, err, m.want(w))
		}))
	}
	return rows
}

// shapeRows give other shapes and chunks, of data that is generated and of data that is held, most of it on disk.
func shapeRows() (rows []row) {
	for _, s := range []struct {
		op, how string
		f       func(w *world, x *floats) *floats // x is table
		want    func(w *world) float64
		// refused says why held data cannot be had in that shape yet.
		refused string
	}{
		{"Array.Transpose", "", func(w *world, x *floats) *floats { return x.Transpose() }, (*world).rampSum, ""},
		{"Array.SwapAxes", "", func(w *world, x *floats) *floats { return x.SwapAxes(0, 1) }, (*world).rampSum, ""},
		{"Array.MoveAxis", "", func(w *world, x *floats) *floats { return x.MoveAxis(0, 1) }, (*world).rampSum, ""},
		{"Array.Flip", "", func(w *world, x *floats) *floats { return x.Flip() }, (*world).rampSum, ""},
		{"Array.ExpandDims", "", func(w *world, x *floats) *floats { return x.ExpandDims(1) }, (*world).rampSum, ""},
		{"Array.Squeeze", "", func(w *world, x *floats) *floats { return x.ExpandDims(1).Squeeze() }, (*world).rampSum, ""},
		{"Array.BroadcastTo", "", func(w *world, x *floats) *floats {
			return x.BroadcastTo([]int{2, w.rows(), cols}, array.Chunks(1, w.chunkRows(), cols))
		}, func(w *world) float64 { return 2 * w.rampSum() }, ""},
		{"Array.Slice", "of every second row", func(w *world, x *floats) *floats {
			return x.Slice(array.RangeStep(array.None, array.None, 2))
		}, func(w *world) float64 { return w.rampSum()/2 - float64(w.n)*cols/4 }, ""},
		{"Array.Slice", "of one column", func(w *world, x *floats) *floats { return x.Slice(array.All(), array.Index(0)) },
			func(w *world) float64 { return cols * float64(sumTo(w.rows())) }, ""},
		{"Array.Slice", "less its neighbours", func(w *world, x *floats) *floats {
			return x.Slice(array.Range(1, array.None)).Sub(x.Slice(array.Range(0, -1)))
		}, func(w *world) float64 { return cols * cols * float64(w.rows()-1) }, ""},
		{"Array.Rechunk", "to smaller chunks", func(w *world, x *floats) *floats { return x.Rechunk(w.chunkRows(), cols/4) },
			(*world).rampSum, ""},
		{"Array.Rechunk", "to columns", func(w *world, x *floats) *floats { return x.Rechunk(w.rows(), max(w.chunk()/w.rows(), 1)) },
			(*world).rampSum, "each new chunk lies in all the old ones, which a task has at hand at once"},
		{"Concatenate", "", func(w *world, x *floats) *floats { return array.Concatenate(0, x, x.AddScalar(1), x) },
			func(w *world) float64 { return 3*w.rampSum() + float64(w.n) }, ""},
		{"Stack", "", func(w *world, x *floats) *floats { return array.Stack(2, x, x.AddScalar(1)) },
			func(w *world) float64 { return 2*w.rampSum() + float64(w.n) }, ""},
	} {
		// Persisted again, so that the chunks of the new shape are results of their own.
		value := func(persisted bool) func(w *world) error {
			return func(w *world) error {
				x := w.table()
				if persisted {
					x = x.Persist(w.ctx, w.on)
				}
				x = s.f(w, x)
				if persisted {
					x = x.Persist(w.ctx, w.on)
				}
				got, err := w.sum(x)
				return near(got, err, s.want(w))
			}
		}
		rows = append(rows, answer("array."+s.op, s.how, value(false)))
		held := row{ops: "array." + s.op, how: strings.TrimSpace("of persisted data " + s.how), run: value(true), refused: s.refused}
		rows = append(rows, held)
	}
	return rows
}

var _ sched.Lazy = (*floats)(nil)
