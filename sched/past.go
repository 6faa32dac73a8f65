package sched

import (
	"errors"
	"reflect"
	"slices"
	"sync"
	"weak"

	"github.com/gomagpie/magpie/internal/site"
)

// past is what an engine remembers of futures that have ended, for Tasks: descriptions, which hold neither inputs nor
// values. The last that have finished come in batches from the executors; those that failed because an input had, one by
// one; those that failed themselves are in the failureLog.
type past struct {
	mu       sync.Mutex
	finished ring[ended]
	failed   ring[TaskInfo]
	said     *InputError             // what failed for the last one: a thousand that depend on one share it
	of       weak.Pointer[TaskError] // what said describes
}

// ended says which future it was.
type ended struct {
	name string
	site site.Site
	id   uint32
}

// How many futures that have finished an engine remembers, and how many an executor notes until it looks up, which it
// does after 64 short ones. To note all of these made bulk submits 8 % slower.
const (
	maxPast  = 64
	maxNoted = 8
)

// finished notes that f has finished.
func (x *executor) finished(f *Future) {
	if x.noted < maxNoted {
		x.past[x.noted] = ended{f.name, f.site, f.id}
		x.noted++
	}
}

// tellPast gives the engine what x has noted.
func (x *executor) tellPast() {
	if x.noted == 0 {
		return
	}
	p := &x.e.past
	p.mu.Lock()
	p.finished.add(maxPast, x.past[:x.noted]...)
	p.mu.Unlock()
	x.noted = 0
}

// ring keeps the last things that were added.
type ring[T any] struct {
	all  []T // the oldest at next, once it is full
	next int
}

// add adds some, no more than the ring keeps in all.
func (r *ring[T]) add(most int, some ...T) {
	if r.all == nil {
		r.all = make([]T, 0, most)
	}
	if n := min(most-len(r.all), len(some)); n > 0 {
		r.all, some = append(r.all, some[:n]...), some[n:]
	}
	n := copy(r.all[r.next:], some)
	if r.next += n; len(some) > n {
		r.next = copy(r.all, some[n:])
	}
}

// list returns them, the oldest first.
func (r *ring[T]) list() []T { return slices.Concat(r.all[r.next:], r.all[:r.next]) }

// unrun tells that f has ended in state for err, and its function was never called: Tasks lists it if an input had
// failed, and observers hear of it.
func (f *Future) unrun(state State, err error) {
	e, root := f.e, ""
	if in, ok := err.(*InputError); ok && state == Failed {
		root = in.Key
		p := &e.past
		p.mu.Lock()
		te, _ := in.Err.(*TaskError)
		if of := weak.Make(te); te == nil || of != p.of {
			p.said, p.of = &InputError{root, described(in.Err)}, of
		}
		p.failed.add(maxFailures, TaskInfo{f.Key(), Failed, f.site, p.said, root})
		p.mu.Unlock()
	}
	if o := e.set.observer; o != nil {
		now := e.now()
		e.observe(o, []Event{{Kind: TaskSkipped, Worker: -1, Op: f.name, Key: f.Key(), Root: root, Start: now, End: now}})
	}
}

// list returns the futures that have ended, those that failed first.
func (p *past) list() []TaskInfo {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := p.failed.list()
	for _, e := range p.finished.list() {
		list = append(list, TaskInfo{Key: keyOf(e.name, e.id), State: Finished, Site: e.site})
	}
	return list
}

// described returns err without the values that it may hold: an engine that remembers failures must not hold the inputs of
// tasks that everybody else has forgotten. What has nothing but a text, as errors.New returns it, stays itself, so that
// errors.Is finds it.
func described(err error) error {
	if te, ok := err.(*TaskError); ok {
		return te.told()
	}
	if text := textOf(err, maxText); reflect.TypeOf(err) != textError || text != err.Error() {
		return errors.New(text)
	}
	return err
}

var textError = reflect.TypeOf(errors.New(""))
