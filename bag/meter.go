package bag

import (
	"slices"

	"github.com/gomagpie/magpie/internal/pack"
	"github.com/gomagpie/magpie/sched"
)

// meter tells the engine what a task holds while that grows: lists, tables and accumulators, whose size nobody knew
// before. A nil meter tells nobody. It belongs to the goroutine of the task.
type meter struct {
	t      *sched.Task
	booked int64 // what was expected of the task, and needs no word
	held   int64 // by now
	told   int64 // of it, beyond what was booked
}

// meterStep is how much may be held untold: a word costs a microsecond.
const meterStep = 64 << 10

// grow notes that n bytes more are to be held, or fewer, and returns an error if there is no room for them.
func (m *meter) grow(n int64) error {
	if m == nil {
		return nil
	}
	m.held += n
	over := max(m.held-m.booked, 0) - m.told
	if over < meterStep && over > -meterStep {
		return nil
	}
	if err := m.t.Grow(over); err != nil {
		m.held -= n
		return err
	}
	m.told += over
	return nil
}

// list is elements that a task gathers. What they take is told before it is taken: also while they move to a larger
// place, when both are there.
type list[T any] struct {
	m      *meter
	items  []T
	aside  int64 // bytes that an element takes elsewhere, as in a map of places
	bare   bool  // what elements point to is told by somebody else
	look   int   // the length at which to look again
	seen   int   // elements whose own memory has been told
	beyond int64 // what these point to, as told
	unsaid int64 // bytes of the place made ahead
}

// ahead makes a place for n elements, whose size is booked. Where it is not, the next to be added finds that out.
func (l *list[T]) ahead(n int) {
	l.items = make([]T, 0, n)
	l.unsaid = int64(n) * (pack.Of[T]().Size() + l.aside)
}

// push adds x.
func (l *list[T]) push(x T) error {
	if len(l.items) >= l.look {
		if err := l.measure(); err != nil {
			return err
		}
	}
	l.items = append(l.items, x)
	return nil
}

// measure tells what the elements point to since it last looked, and makes room for more.
func (l *list[T]) measure() error {
	n, t := len(l.items), pack.Of[T]()
	size, flat := t.Size()+l.aside, l.bare || t.Flat()
	if !flat && n > l.seen {
		added := l.items[l.seen:n:n]
		more := pack.SizeOf(added) - int64(len(added))*t.Size()
		if err := l.m.grow(more); err != nil {
			return err
		}
		l.seen, l.beyond = n, l.beyond+more
	}
	if err := l.m.grow(l.unsaid); err != nil {
		return err
	}
	l.unsaid = 0
	if old := cap(l.items); n == old {
		more := max(n/4, 8)
		if err := l.m.grow(int64(old+more) * size); err != nil {
			return err
		}
		l.items = slices.Grow(l.items, more)
		if err := l.m.grow(-int64(old) * size); err != nil {
			return err
		}
	}
	l.look = cap(l.items)
	if !flat {
		l.look = min(l.look, n+n/8+1)
	}
	return nil
}

// cut leaves the items given, which lie at the beginning, as if they had just been added.
func (l *list[T]) cut(items []T) error {
	l.items = items
	was := l.beyond
	l.look, l.seen, l.beyond = 0, 0, 0
	return l.m.grow(-was)
}

// gauge tells the size of a value that changes as elements are added to it, at moments that become rarer as their
// number grows, so that each costs next to nothing.
type gauge struct {
	m       *meter
	n, next int
	last    int64
}

// gaugeFrom returns the gauge of a value of n elements that takes so many bytes, which are told already.
func gaugeFrom(m *meter, n int, bytes int64) gauge { return gauge{m, n, n + n/8 + 1, bytes} }

// due counts one element more, and reports whether the value is to be measured.
func (g *gauge) due() bool {
	g.n++
	return g.n >= g.next
}

// measured tells the value's size.
func (g *gauge) measured(bytes int64) error {
	g.next = g.n + g.n/8 + 1
	err := g.m.grow(bytes - g.last)
	if err == nil {
		g.last = bytes
	}
	return err
}
