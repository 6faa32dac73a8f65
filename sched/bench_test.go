package sched

import (
	"context"
	"fmt"
	"math"
	"testing"
)

// shape builds the benchmark graphs: every task hands one pointer on.
func shape(name string, n int) *Graph {
	p := NewPlan()
	v := any(new(int64))
	op := p.Op(Op{Name: name, Run: func(*Task, []any) (any, error) { return v, nil }})
	switch name {
	case "wide":
		ids := make([]TaskID, n)
		for i := range ids {
			ids[i] = p.Add(op, i)
		}
		p.Add(op, 0, ids...)
	case "chain":
		id := p.Add(op, 0)
		for i := 1; i < n; i++ {
			id = p.Add(op, i, id)
		}
	case "tree":
		var build func(k int) TaskID
		build = func(k int) TaskID {
			if k == 1 {
				return p.Add(op, 0)
			}
			a, b := build(k/2), build(k-k/2)
			return p.Add(op, 0, a, b)
		}
		build(n / 2)
	case "wave":
		s := int(math.Sqrt(float64(n)))
		for i := range s {
			for j := range s {
				q := TaskID(i*s + j)
				switch {
				case i > 0 && j > 0:
					p.Add(op, 0, q-TaskID(s), q-1)
				case i > 0:
					p.Add(op, 0, q-TaskID(s))
				case j > 0:
					p.Add(op, 0, q-1)
				default:
					p.Add(op, 0)
				}
			}
		}
	}
	g, err := p.Graph()
	if err != nil {
		panic(err)
	}
	return g
}

func BenchmarkTask(b *testing.B) {
	const n = 1_000_000
	for _, workers := range []int{1, 2, 8} {
		for _, name := range []string{"wide", "chain", "tree", "wave"} {
			b.Run(fmt.Sprintf("%s/workers=%d", name, workers), func(b *testing.B) {
				g := shape(name, n)
				e := New(Workers(workers))
				defer e.Close()
				for b.Loop() {
					r := startGraph(context.Background(), g, nil, settings{engine: e}, nil)
					e.wakeIfNeeded()
					if err := r.Wait(context.Background()); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(g.Len()), "ns/task")
			})
		}
	}
}

func BenchmarkFuture(b *testing.B) {
	bg := context.Background()
	e := New(Workers(2))
	defer e.Close()
	spec := Spec{Name: "nop", Engine: e}
	nop := func(*Task) (any, error) { return nil, nil }
	b.Run("roundtrip", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Submit(bg, spec, nop).Wait(bg)
		}
	})
	b.Run("submit", func(b *testing.B) {
		b.ReportAllocs()
		fs := make([]*Future, 100_000)
		for b.Loop() {
			for i := range fs {
				fs[i] = Submit(bg, spec, nop)
			}
			for _, f := range fs {
				f.Wait(bg)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(fs)), "ns/future")
	})
	b.Run("chain", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			f := Submit(bg, spec, nop)
			for range 9_999 {
				f = Submit(bg, spec, nop, f)
			}
			f.Wait(bg)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10_000, "ns/future")
	})
}
