package futures

import (
	"github.com/gomagpie/magpie/internal/option"
	"github.com/gomagpie/magpie/sched"
)

// Pure says that the function gives the same result for the same inputs and has no effect besides: a call equal to one
// whose future somebody still holds gives that very future, finished at once if it is. Equal calls have the same
// function, equal plain values, and the same futures and delayed values as inputs. The context and the options are
// those of the first call. A future that failed or was cancelled is not shared. Default: every call is its own.
//
// Errors: the future fails if the function is a function literal or a method value, because what those capture cannot
// be compared, or if a plain value is of a type without ==. Give such calls a key.
//
// Cost: a microsecond or two a call, and a weak reference while the future is held.
//
// With a key, Pure has the caller's own notion of equal calls: those with equal keys and the same type of result are
// one, whatever their function and inputs. The elements of a Map are told apart by their position as well. A key of a type
// without == fails the future.
func Pure(key ...any) sched.Option {
	var id any = pure{}
	switch len(key) {
	case 0:
	case 1:
		id = explicit{key[0]}
	default:
		id = explicit{key} // a slice: has no ==, and fails
	}
	return newOption(func(o *option.Futures) { o.Identity = id })
}

// Limit lets at most n tasks of the given name run at once on an engine, as for a database that takes four connections:
// futures of [Map], Start and [Submit], and the tasks of Compute and Persist, whatever they are started from. The name is
// the word that their keys begin with: that of the function, or the one that [sched.Name] or [Delayed.Name] gave them.
//
// Given to [sched.New] it holds from the start; given to a call, for the engine that runs the call, from then on: for
// futures that have not begun, this call's computation, and those that begin later. The last one given for a name counts;
// n < 1 ends it. An engine remembers every name that was ever limited: they should be few.
//
// Order: tasks over the limit wait for their turn in the order in which they would have begun, hold no worker, and leave
// the line when they are cancelled. A task that waits for another one (by Result, Wait, Gather, a Compute inside it) does
// not count meanwhile, as it takes up no worker, so that tasks of one name may wait for each other; it counts again before
// it goes on, before any that has not begun. One that waits for anything else, a channel, a lock, the database, counts.
// [sched.Sync] runs one task at a time, which keeps every limit; goroutines that share an engine of that mode are not
// counted together.
//
// Cost: nothing for engines without limits; a look at a map for each task on those with one, and about a microsecond for
// each task of a limited name.
func Limit(name string, n int) sched.Option {
	return newOption(func(o *option.Futures) {
		o.Limits = append(o.Limits[:len(o.Limits):len(o.Limits)], option.Limit{Name: name, N: n})
	})
}

func newOption(set func(*option.Futures)) sched.Option { return option.New(set).(sched.Option) }

// pure and explicit are what Pure gives the options.
type (
	pure     struct{}
	explicit struct{ key any }
)
