package futures_test

import (
	"runtime"
	"testing"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

type frame struct{ rows int }

func (f frame) Bytes() int64 { return int64(f.rows) * 100 }

// held returns the bytes that Held lists under a key.
func held(key string) int64 {
	for _, h := range futures.Held() {
		if h.Key == key {
			return h.Bytes
		}
	}
	return 0
}

func TestHeld(t *testing.T) {
	ctx := t.Context()
	numbers := futures.Delay0(func() []float64 { return make([]float64, 10_000) }).Start(ctx)
	frames := futures.Delay0(func() frame { return frame{1_000} }).Start(ctx)
	small := futures.Delay0(func() []byte { return make([]byte, 100) }).Start(ctx)
	words := futures.Delay0(func() []string { return make([]string, 1_000) }).Start(ctx)
	there := futures.Scatter([][]int{make([]int, 5_000)})[0]
	key := numbers.Key()
	for _, c := range []struct {
		f interface {
			Bytes() int64
			Done() <-chan struct{}
			Key() string
		}
		want int64
	}{{numbers, 80_000}, {frames, 100_000}, {words, 16_000}, {there, 40_000}} {
		<-c.f.Done()
		if c.f.Bytes() != c.want || held(c.f.Key()) != c.want {
			t.Errorf("%s: %d bytes, %d listed, want %d", c.f.Key(), c.f.Bytes(), held(c.f.Key()), c.want)
		}
	}
	<-small.Done()
	if small.Bytes() != 100 || held(small.Key()) != 0 {
		t.Error(small.Bytes(), held(small.Key()))
	}
	frames.Release()
	if frames.Status() != sched.Released || frames.Bytes() != 0 || held(frames.Key()) != 0 {
		t.Error("a released result is listed")
	}
	runtime.KeepAlive(numbers)
	numbers = nil
	eventually(t, "the dropped result is not listed", func() bool { return held(key) == 0 })
}
