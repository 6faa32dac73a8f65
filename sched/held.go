package sched

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"weak"

	"github.com/gomagpie/magpie/internal/site"
)

// loan is one result of a Persisted as an input of other graphs and futures. It holds the Persisted. Equal loans are
// one input of a plan.
type loan struct {
	p    *Persisted
	i, k int
}

// Output returns the k-th result of the i-th value as an input for other graphs and futures. It is there as soon as
// its task has run, before the whole computation has ended.
func (p *Persisted) Output(i, k int) External { return loan{p, i, k} }

// source returns where the result is, or will be, while the run has it; else the result.
func (l loan) source() (from External, v any, err error) {
	h := l.p.h
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.run != nil:
		return h.run.Output(l.i, l.k), nil, nil
	case h.err != nil:
		return nil, nil, h.err
	}
	return nil, h.values[l.i][l.k], nil
}

// Key names the result: the key that Held lists, with the number of the chunk or partition if there are several.
func (l loan) Key() string {
	if l.i+l.k == 0 {
		return l.p.h.key
	}
	return fmt.Sprintf("%s[%d]", l.p.h.key, l.i+l.k)
}

// Poll implements External.
func (l loan) Poll() (v any, err error, ok bool) {
	defer runtime.KeepAlive(l.p)
	from, v, err := l.source()
	if from != nil {
		return from.Poll()
	}
	return v, err, true
}

// Ended is Poll without the result.
func (l loan) Ended() (err error, ok bool) {
	defer runtime.KeepAlive(l.p)
	from, _, err := l.source()
	if from != nil {
		return Ended(from)
	}
	return err, true
}

// Notify implements External.
func (l loan) Notify(f func()) (stop func()) {
	if from, _, _ := l.source(); from != nil {
		return from.Notify(func() { runtime.KeepAlive(l.p); f() })
	}
	f()
	return told
}

// Wait implements External.
func (l loan) Wait(ctx context.Context) error {
	defer runtime.KeepAlive(l.p)
	if from, _, _ := l.source(); from != nil {
		return from.Wait(ctx)
	}
	return nil
}

// Bytes returns the size of the result, or its estimate, as far as the engine knows it.
func (l loan) Bytes() int64 {
	defer runtime.KeepAlive(l.p)
	if from, v, _ := l.source(); from != nil {
		if s, ok := from.(interface{ Bytes() int64 }); ok {
			return s.Bytes()
		}
	} else if s, ok := v.(interface{ Bytes() int64 }); ok {
		return s.Bytes()
	}
	return 0
}

// Lent reports whether the result may be on disk; see [Lent].
func (l loan) Lent() bool {
	defer runtime.KeepAlive(l.p)
	from, _, _ := l.source()
	return from != nil && Lent(from)
}

// Holding is what a persisted value holds in memory.
type Holding struct {
	Key         string
	Site        site.Site // the user's call
	State       State
	Bytes       int64 // as far as reported or estimated; what is on disk is not counted
	Done, Total int   // tasks
}

// Held lists what persisted values and collections hold whose computations were given to e, or to any engine or none if
// e is nil: the largest first, those of equal size by their keys. What has been released, or is no longer reachable and
// was found so by the garbage collector, is not listed.
func Held(e *Engine) []Holding {
	var list []Holding
	for _, h := range persisted.of(e) {
		done, total := h.progress()
		list = append(list, Holding{h.key, h.site, h.state(), h.size(), done, total})
	}
	slices.SortFunc(list, func(a, b Holding) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Key, b.Key))
	})
	return list
}

// register knows what is held. An entry leaves with its Persisted.
type register struct {
	mu  sync.Mutex
	all map[*holding]struct{}
}

var persisted = register{all: map[*holding]struct{}{}}

func (r *register) add(h *holding) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all[h] = struct{}{}
}

func (r *register) remove(h *holding) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.all, h)
}

// of returns what is held on e, or on all engines if it is nil.
func (r *register) of(e *Engine) (list []*holding) {
	on := weak.Make(e)
	r.mu.Lock()
	defer r.mu.Unlock()
	for h := range r.all {
		if e == nil || h.engine == on {
			list = append(list, h)
		}
	}
	return list
}
