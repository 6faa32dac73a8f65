package futures

import "github.com/gomagpie/magpie/sched"

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
	switch len(key) {
	case 0:
		return sched.Identity(pure{})
	case 1:
		return sched.Identity(explicit{key[0]})
	}
	return sched.Identity(explicit{key}) // a slice: has no ==, and fails
}

// pure and explicit are what Pure gives the options.
type (
	pure     struct{}
	explicit struct{ key any }
)
