package futures

import "github.com/gomagpie/magpie/sched"

// Option says how a submitted task runs. Later options win.
type Option func(*sched.Spec)

// On runs the task on e. Default: the engine of the task that submits it, else the default engine.
func On(e *sched.Engine) Option { return func(s *sched.Spec) { s.Engine = e } }

// Retries runs a task that failed up to n times more before its error counts. Default: 0. Panics are not retried.
func Retries(n int) Option { return func(s *sched.Spec) { s.Retries = max(n, 0) } }

// Priority makes tasks run before those of lower priority that wait for a worker, too. Default: 0.
func Priority(n int) Option { return func(s *sched.Spec) { s.Priority = n } }

// Name sets the word that the task's key begins with. Default: the name of its function.
func Name(name string) Option { return func(s *sched.Spec) { s.Name = name } }

// specWith is apart from its caller so that only calls with options pay for a spec on the heap.
func specWith(s sched.Spec, opts []Option) sched.Spec {
	for _, o := range opts {
		o(&s)
	}
	return s
}
