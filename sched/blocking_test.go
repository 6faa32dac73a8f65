package sched

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/gomagpie/magpie/internal/patient"
)

// A read that had to wait makes the next one give its seat away: what that waits for needs the only worker.
func TestReads(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	e := New(Workers(1))
	defer e.Close()
	failed := errors.New("bad sector")
	for _, pipe := range []bool{false, true} {
		reads := patient.Reads{Pipe: pipe}
		reader := Submit(bg, Spec{Name: "read", Engine: e}, func(t *Task) (any, error) {
			if !pipe {
				reads.Do(t.Context(), func() (int, error) {
					time.Sleep(2 * time.Millisecond)
					return 10, nil
				})
			}
			n, err := reads.Do(t.Context(), func() (int, error) {
				other := make(chan struct{})
				Submit(bg, Spec{Name: "other", Engine: e}, func(*Task) (any, error) { close(other); return nil, nil })
				<-other
				return 7, failed
			})
			return n, err
		})
		within(t, func() { <-reader.Done() })
		if _, err, _ := reader.Poll(); !errors.Is(err, failed) {
			t.Error(err)
		}
	}
}
