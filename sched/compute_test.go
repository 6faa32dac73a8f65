package sched

import (
	"context"
	"testing"
)

type lazyFunc func(p *Plan) ([]TaskID, error)

func (f lazyFunc) Lower(p *Plan) ([]TaskID, error) { return f(p) }

func TestCompute(t *testing.T) {
	l := lazyFunc(func(p *Plan) ([]TaskID, error) {
		one := p.Op(Op{Name: "one", Run: func(t *Task, in []any) (any, error) { return t.Arg(), nil }})
		add := p.Op(Op{Name: "add", Run: func(t *Task, in []any) (any, error) { return in[0].(int) + in[1].(int), nil }})
		return []TaskID{p.Add(add, 0, p.Add(one, 1), p.Add(one, 2))}, nil
	})
	for _, o := range [][]Option{nil, {Sync()}, {Workers(3)}} {
		v, err := Compute(context.Background(), []Lazy{l}, o...)
		if err != nil || v[0][0] != 3 {
			t.Fatal(v, err)
		}
	}
}
