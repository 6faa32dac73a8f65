package futures

import (
	"context"
	"fmt"

	"github.com/gomagpie/magpie/sched"
)

// When says how long [Wait] waits.
type When int

// What Wait waits for.
const (
	AllCompleted   When = iota // every future has ended
	FirstCompleted             // one has ended
	FirstError                 // one has failed or was cancelled, or all have ended
)

// Wait waits and returns the futures that have ended and those that have not, both in the order of fs. How they ended
// is not its matter: ask them. No futures end the waiting at once. A nil future has ended, in failure.
//
// Cost: a microsecond or less a future, whatever has waited for it before; nothing is left behind in those that have not
// ended.
//
// Errors: the cause of ctx's end, which ends the waiting and not the futures; done and notDone are as they stand then.
func Wait[T any](ctx context.Context, fs []*Future[T], when When) (done, notDone []*Future[T], err error) {
	switch when {
	case AllCompleted:
		for _, f := range fs {
			if f == nil {
				continue
			}
			if _, err = f.join(ctx); err != nil {
				break
			}
		}
	case FirstCompleted, FirstError:
		c := newCompleted[T](ctx)
		defer c.off()
		c.Add(fs...)
		for {
			f, ok := c.Next()
			if !ok {
				err = c.Err()
				break
			}
			if when == FirstCompleted || f.Status() != sched.Finished {
				break
			}
		}
	default:
		err = fmt.Errorf("futures: Wait: no such condition: %d", when)
	}
	for _, f := range fs {
		if f == nil || f.Status() >= sched.Finished {
			done = append(done, f)
		} else {
			notDone = append(notDone, f)
		}
	}
	return done, notDone, err
}
