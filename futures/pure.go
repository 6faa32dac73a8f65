package futures

import (
	"context"
	"fmt"
	"reflect"
	"regexp"
	"runtime"
	"sync"
	"time"
	"weak"

	"github.com/gomagpie/magpie/sched"
)

// known holds a weak reference to the future of every call under Pure or Key that somebody holds. An entry leaves with
// its future.
var known = &knownCalls{m: map[pureKey]any{}}

type knownCalls struct {
	mu sync.Mutex
	m  map[pureKey]any // an *entry[R]
}

// pureKey is what equal calls have in common.
type pureKey struct {
	engine *sched.Engine // an engine's results do not outlive it for those who chose another
	result reflect.Type
	call   any // comparable: an explicit key, or a function's entry, followed by the inputs as links
}

// link is one more part of a key. A chain of them compares as the list of its parts.
type link struct{ before, part any }

// unnamed matches the names that the compiler gives to function literals and to method values.
var unnamed = regexp.MustCompile(`\.func\d+(\.\d+)*$|-fm$|\.gowrap\d+$|-range\d+$`)

// functionKey starts the key of a call of f.
func functionKey(name string, f any) (any, error) {
	pc := reflect.ValueOf(f).Pointer()
	if fn := runtime.FuncForPC(pc); fn == nil || unnamed.MatchString(fn.Name()) {
		return nil, fmt.Errorf("futures: Pure: %s is a function literal or a method value: what it captures cannot be "+
			"compared; give the call a key, or use a function declared by name", name)
	}
	return pc, nil
}

// addKey adds an input to a key: a plain value, or a weak pointer to a future or a delayed value.
func addKey(key, part any) (any, error) {
	if part != nil && !reflect.ValueOf(part).Comparable() {
		return nil, fmt.Errorf("a %T, cannot be compared", part)
	}
	return link{key, part}, nil
}

// entry is a pure call that is known.
type entry[R any] struct {
	future weak.Pointer[Future[R]]
	begun  chan struct{} // closed when the future has begun
}

// patience is how long a call waits for an equal one to begin. It is there at once, unless the beginning calls the
// user, whose callback asks for the same call: that one gets a future of its own.
const patience = 10 * time.Millisecond

// pureStart returns the future of an equal call that somebody holds, or else begins one. No user code runs under the
// lock: an ended context cancels futures when somebody looks at them, and that calls their callbacks.
func pureStart[R any](ctx context.Context, d *Delayed[R], spec sched.Spec,
	begin func(h *handle)) *Future[R] {
	f := &Future[R]{}
	var key any
	var err error
	if id, ok := spec.Futures.Identity.(explicit); ok {
		key = id.key
		if key != nil && !reflect.ValueOf(key).Comparable() {
			err = fmt.Errorf("futures: Pure: a key of type %T cannot be compared", key)
		}
	} else {
		key, err = d.pureKey()
	}
	if err != nil {
		f.core = newReady(d.name, nil, err)
		return f
	}
	k := pureKey{spec.Engine, reflect.TypeFor[R](), key}
	mine := &entry[R]{weak.Make(f), make(chan struct{})}
	for {
		known.mu.Lock()
		theirs, ok := known.m[k].(*entry[R])
		if !ok {
			known.m[k] = mine
		}
		known.mu.Unlock()
		if !ok {
			break
		}
		if g := theirs.future.Value(); g != nil && theirs.hasBegun(spec.Sync || sched.InSync(ctx)) && g.Status() <= sched.Finished {
			return g
		}
		known.forget(k, theirs)
	}
	runtime.AddCleanup(f, func(k pureKey) { known.forget(k, mine) }, k)
	defer close(mine.begun) // also when a panic of the user's passes through, in sync mode
	begin(&f.handle)
	return f
}

// hasBegun waits a little until the future has begun. In sync mode who asks may be inside it.
func (e *entry[R]) hasBegun(inSync bool) bool {
	select {
	case <-e.begun:
		return true
	default:
	}
	if inSync {
		return false
	}
	select {
	case <-e.begun:
		return true
	case <-time.After(patience):
		return false
	}
}

// forget removes an entry, unless a later call has taken its place.
func (kn *knownCalls) forget(k pureKey, e any) {
	kn.mu.Lock()
	defer kn.mu.Unlock()
	if kn.m[k] == e {
		delete(kn.m, k)
	}
}
