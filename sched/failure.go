package sched

import (
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
)

// maxInputsShown bounds the inputs that a TaskError prints.
const maxInputsShown = 16

// maxBrief bounds the text of one input, in bytes.
const maxBrief = 200

// brief prints a value within a bound. A value of another package says it best itself, through fmt.Stringer; large
// slices are cut before they are printed, not after.
func brief(v any) (text string) {
	defer func() {
		if p := recover(); p != nil { // a String method of the user's
			text = fmt.Sprintf("%T (String panicked: %v)", v, p)
		}
	}()
	w := &limitedText{}
	switch x := v.(type) {
	case []float64:
		briefSlice(w, x)
	case []float32:
		briefSlice(w, x)
	case []int:
		briefSlice(w, x)
	case []int64:
		briefSlice(w, x)
	case []byte:
		briefSlice(w, x)
	case []string:
		briefSlice(w, x)
	default:
		fmt.Fprintf(w, "%+v", v)
	}
	return w.b.String()
}

func briefSlice[T any](w *limitedText, s []T) {
	if len(s) <= 8 {
		fmt.Fprintf(w, "%v", s)
		return
	}
	head := fmt.Sprintf("%v", s[:8])
	fmt.Fprintf(w, "%s …] (%d elements)", strings.TrimSuffix(head, "]"), len(s))
}

// limitedText keeps the first maxBrief bytes written to it.
type limitedText struct {
	b   strings.Builder
	cut bool
}

func (w *limitedText) Write(p []byte) (int, error) {
	if room := maxBrief - w.b.Len(); len(p) <= room {
		w.b.Write(p)
	} else if !w.cut {
		w.b.WriteString(strings.ToValidUTF8(string(p[:max(room, 0)]), "") + "…")
		w.cut = true
	}
	return len(p), nil
}

// newPanicError takes the stack of the panic that is being recovered.
func newPanicError(p any) *PanicError { return &PanicError{Value: p, Stack: debug.Stack()} }

// failureLog keeps the last failures of an engine, for Tasks.
type failureLog struct {
	mu   sync.Mutex
	last []*TaskError
}

const maxFailures = 1000

func (e *Engine) noteFailure(te *TaskError) {
	l := &e.failures
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.last) == maxFailures {
		l.last = append(l.last[:0:0], l.last[maxFailures/2:]...)
	}
	l.last = append(l.last, te)
}
