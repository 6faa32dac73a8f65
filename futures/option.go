package futures

import "github.com/gomagpie/magpie/sched"

// Option says how a submitted task runs. Later options win.
type Option func(*options)

// options is the sum of the options of a call.
type options struct {
	spec sched.Spec
	pure bool
	key  any // comparable; nil: none
}

// On runs the task on e. Default: the engine of the task that submits it, else the default engine.
func On(e *sched.Engine) Option { return func(o *options) { o.spec.Engine = e } }

// Retries runs a task that failed up to n times more before its error counts. Default: 0. Panics are not retried.
func Retries(n int) Option { return func(o *options) { o.spec.Retries = max(n, 0) } }

// Priority makes tasks run before those of lower priority that wait for a worker, too. Default: 0.
func Priority(n int) Option { return func(o *options) { o.spec.Priority = n } }

// Name sets the word that the task's key begins with. Default: the name of its function.
func Name(name string) Option { return func(o *options) { o.spec.Name = name } }

// Pure says that the function gives the same result for the same inputs and has no effect besides: a call equal to one
// whose future somebody still holds gives that very future, finished at once if it is. Equal calls have the same
// function, equal plain values, and the same futures and delayed values as inputs. The context and the options are
// those of the first call. A future that failed or was cancelled is not shared. Default: every call is its own.
//
// Errors: the future fails if the function is a function literal or a method value, because what those capture cannot
// be compared, or if a plain value is of a type without ==. Give such calls a [Key].
//
// Cost: a microsecond or two a call, and a weak reference while the future is held.
func Pure() Option { return func(o *options) { o.pure = true } }

// Key is [Pure] with the caller's own notion of equal calls: those with equal keys and the same type of result are one,
// whatever their function and inputs. The elements of a Map are told apart by their position as well.
func Key[K comparable](key K) Option { return func(o *options) { o.key = key } }

// settle is apart from its caller so that only calls with options pay for them on the heap.
func settle(spec sched.Spec, opts []Option) options {
	o := options{spec: spec}
	for _, opt := range opts {
		opt(&o)
	}
	return o
}
