package futures

import (
	"context"
	"fmt"
	"reflect"
	"regexp"
	"runtime"
	"sync"
	"weak"

	"github.com/gomagpie/magpie/sched"
)

// known holds a weak reference to the future of every call under Pure or Key that somebody holds. An entry leaves with
// its future.
var known = struct {
	mu sync.Mutex
	m  map[pureKey]any // a weak.Pointer[Future[R]]
}{m: map[pureKey]any{}}

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

// beginKey starts the key of a call of f.
func (s *submission) beginKey(f any) {
	switch id := s.spec.Identity.(type) {
	case nil:
		return
	case explicit:
		s.keyed, s.key, s.explicit = true, id.key, true
		return
	}
	s.keyed = true
	pc := reflect.ValueOf(f).Pointer()
	s.key = pc
	if fn := runtime.FuncForPC(pc); fn == nil || unnamed.MatchString(fn.Name()) {
		s.fail(fmt.Errorf("futures: Pure: %s is a function literal or a method value: what it captures cannot be "+
			"compared; give the call a Key, or use a function declared by name", s.spec.Name))
	}
}

// addKey adds an input to the key: a plain value, or a weak pointer to a future or a delayed value.
func (s *submission) addKey(part any) {
	if !s.keyed || s.explicit {
		return
	}
	if part != nil && !reflect.ValueOf(part).Comparable() {
		s.fail(fmt.Errorf("futures: Pure: input %d of %s, a %T, cannot be compared; give the call a Key",
			s.n-1, s.spec.Name, part))
		return
	}
	s.key = link{s.key, part}
}

// keyElement makes the key that of the i-th element of a Map, x, whose key without an element is base.
func (s *submission) keyElement(base any, i int, x any) {
	s.key = base
	if s.explicit {
		s.key = link{base, i}
		return
	}
	s.n = 1
	s.addKey(x)
}

// share returns the future of an equal call that somebody holds, or else the one that build makes.
func share[R any](ctx context.Context, s *submission, build func() *Future[R]) *Future[R] {
	k := pureKey{s.spec.Engine, reflect.TypeFor[R](), s.key}
	known.mu.Lock()
	defer known.mu.Unlock()
	if w, ok := known.m[k].(weak.Pointer[Future[R]]); ok {
		if f := w.Value(); f != nil && f.Status() <= sched.Finished {
			return f
		}
	}
	var f *Future[R]
	if s.spec.Sync || sched.InSync(ctx) { // build runs the function, which may submit pure calls itself
		func() {
			known.mu.Unlock()
			defer known.mu.Lock() // also when a panic passes through
			f = build()
		}()
	} else {
		f = build()
	}
	w := weak.Make(f)
	known.m[k] = w
	runtime.AddCleanup(f, func(k pureKey) {
		known.mu.Lock()
		defer known.mu.Unlock()
		if known.m[k] == any(w) { // else a later call has taken the place
			delete(known.m, k)
		}
	}, k)
	return f
}
