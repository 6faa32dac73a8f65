package bag

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/gomagpie/magpie/sched"
)

// All returns the sequence of the elements in order, to range over; a failure comes as the last pair, with the zero
// element.
//
// It reads ahead while the loop's body runs, in batches that begin with one element and grow to 1024, in as many
// partitions at once as the default engine has workers and a few batches in each; no partition is held whole. Partitions
// of a persisted bag that a memory limit has sent to disk are read back whole, those few at once. The exception is a bag
// that is made from others' partitions as a whole, as a regrouped one: it is computed as [Bag.Compute] would, and its
// elements come as soon as those before them are there. Leaving the loop stops the reading and waits until it has stopped.
// Every use of the sequence is a computation of its own. ctx ends it with an error.
func (b *Bag[T]) All(ctx context.Context) iter.Seq2[T, error] {
	b = b.checked("all")
	return func(yield func(T, error) bool) {
		var zero T
		if b.err != nil {
			yield(zero, b.err)
			return
		}
		if ctx == nil {
			yield(zero, sched.ErrNilContext)
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		push := func(x T) bool { return yield(x, nil) }
		in, err := b.kept()
		switch {
		case err != nil:
		case in == nil && b.root.needs != nil:
			err = b.readHeld(ctx, cancel, push)
		default:
			err = b.readAhead(ctx, cancel, in, push)
		}
		if err != nil {
			yield(zero, err)
		}
	}
}

// kept returns, for each partition, what it reads of persisted bags, or nil if that is nothing, or not all it needs tasks
// for.
func (b *Bag[T]) kept() (in [][]sched.External, err error) {
	if b.root.needs == nil {
		return nil, nil
	}
	plan := sched.NewPlan()
	for p := range b.root.parts {
		ids, err := b.root.needs(plan, p)
		if err != nil {
			return nil, err
		}
		var of []sched.External
		for _, id := range ids {
			x, ok := plan.External(id)
			if !ok {
				return nil, nil
			}
			of = append(of, x)
		}
		in = append(in, of)
	}
	return in, nil
}

// readHeld computes all partitions and yields those that are there.
func (b *Bag[T]) readHeld(ctx context.Context, cancel func(), yield func(T) bool) error {
	run := sched.Start(ctx, []sched.Lazy{b})
	defer func() {
		cancel()
		run.Cancel(context.Canceled)
		<-run.Done()
		run.Release()
	}()
	for p := range b.root.parts {
		out := run.Output(0, p)
		if err := out.Wait(ctx); err != nil {
			return err
		}
		v, err, _ := out.Poll()
		if err != nil {
			return err
		}
		for _, x := range v.([]T) {
			if !yield(x) {
				return nil
			}
		}
	}
	return nil
}

// readAhead streams partitions, a window of them at once. in is what they read of persisted bags, if anything.
func (b *Bag[T]) readAhead(ctx context.Context, cancel func(), in [][]sched.External, yield func(T) bool) error {
	var window []*feed[T]
	reading := sched.Reading(slices.Concat(in...)...)
	defer func() {
		cancel()
		for _, f := range window {
			f.close()
		}
		reading()
	}()
	ahead, next := sched.Default().Workers(), 0
	for {
		for ; next < b.root.parts && len(window) <= ahead; next++ {
			var of []sched.External
			if in != nil {
				of = in[next]
			}
			window = append(window, newFeed(ctx, b, next, of))
		}
		if len(window) == 0 {
			return nil
		}
		batch, err := window[0].take(ctx)
		if err != nil {
			return err
		}
		if batch == nil {
			window[0].close()
			window = window[1:]
			continue
		}
		for _, x := range batch {
			if !yield(x) {
				return nil
			}
		}
	}
}

// maxBatch is the most elements of a batch, and maxQueue the most batches that a feed makes ahead.
const (
	maxBatch = 1024
	maxQueue = 4
)

// feed reads one partition ahead of its consumer. The walk over the partition is a coroutine, and each task resumes
// it for one batch: a worker is never blocked by a consumer who takes his time, as it would be by a channel.
type feed[T any] struct {
	ctx   context.Context
	spec  sched.Spec
	in    []sched.External // what the partition reads of persisted bags
	queue []*sched.Future  // batches being made, the oldest first

	mu     sync.Mutex // held while the coroutine runs
	next   func() ([]T, error, bool)
	stop   func()
	halted atomic.Bool
}

func newFeed[T any](ctx context.Context, b *Bag[T], p int, in []sched.External) *feed[T] {
	f := &feed[T]{ctx: ctx, in: in, spec: sched.Spec{Name: b.stage.op, Site: b.stage.at}}
	f.next, f.stop = iter.Pull2(f.batches(b, p))
	f.more()
	return f
}

// batches walks the partition; the last pair may be an error.
func (f *feed[T]) batches(b *Bag[T], p int) iter.Seq2[[]T, error] {
	return func(yield func([]T, error) bool) {
		size := 1
		batch := make([]T, 0, size)
		var in []any
		for _, x := range f.in {
			v, err, _ := x.Poll()
			if err != nil {
				yield(nil, err)
				return
			}
			in = append(in, v)
		}
		ps := newPass(f.ctx, p, in)
		b.demand(ps, func() func(T) bool {
			return func(x T) bool {
				if batch = append(batch, x); len(batch) < size {
					return !f.halted.Load()
				}
				full := batch
				size = min(2*size, maxBatch)
				batch = make([]T, 0, size)
				return yield(full, nil)
			}
		})
		err := ps.run()
		if f.halted.Load() {
			return
		}
		if len(batch) > 0 && !yield(batch, nil) {
			return
		}
		if err != nil {
			yield(nil, fmt.Errorf("%s: %w", b.root.name(p), err))
		}
	}
}

// more submits the tasks for the batches that may be made ahead. Each runs after the one before it, the first after what
// the partition reads is there.
func (f *feed[T]) more() {
	for len(f.queue) < maxQueue {
		after := f.in
		if n := len(f.queue); n > 0 {
			after = []sched.External{f.queue[n-1]}
		}
		f.queue = append(f.queue, sched.Submit(f.ctx, f.spec, f.one, after...))
	}
}

// one makes the next batch: nil after the last.
func (f *feed[T]) one(*sched.Task) (any, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.halted.Load() {
		return []T(nil), nil
	}
	batch, err, ok := f.next()
	if !ok {
		return []T(nil), nil
	}
	return batch, err
}

// take returns the oldest batch, or nil if there are no more.
func (f *feed[T]) take(ctx context.Context) ([]T, error) {
	oldest := f.queue[0]
	if err := oldest.Wait(ctx); err != nil {
		return nil, err
	}
	v, err, _ := oldest.Poll()
	if err != nil {
		return nil, err
	}
	f.queue = f.queue[1:]
	f.more()
	return v.([]T), nil
}

// close ends the walk and waits until it has ended.
func (f *feed[T]) close() {
	f.halted.Store(true)
	for _, b := range f.queue {
		b.Cancel(nil)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stop()
}
