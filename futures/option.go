package futures

import "github.com/gomagpie/magpie/sched"

// Pure says that the function gives the same result for the same inputs and has no effect besides: a call equal to one
// whose future somebody still holds gives that very future, finished at once if it is. Equal calls have the same
// function, equal plain values, and the same futures and delayed values as inputs. The context and the options are
// those of the first call. A future that failed or was cancelled is not shared. Default: every call is its own.
//
// Errors: the future fails if the function is a function literal or a method value, because what those capture cannot
// be compared, or if a plain value is of a type without ==. Give such calls a [Key].
//
// Cost: a microsecond or two a call, and a weak reference while the future is held.
func Pure() sched.Option { return sched.Identity(pure{}) }

// Key is [Pure] with the caller's own notion of equal calls: those with equal keys and the same type of result are one,
// whatever their function and inputs. The elements of a Map are told apart by their position as well.
func Key[K comparable](key K) sched.Option { return sched.Identity(explicit{key}) }

// pure and explicit are what Pure and Key give the options.
type (
	pure     struct{}
	explicit struct{ key any }
)
