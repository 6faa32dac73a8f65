package goroutine

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestSelf(t *testing.T) {
	if !Known {
		if Self() != 0 {
			t.Error("Self tells something where it does not know")
		}
		return
	}
	mine := Self()
	seen := map[uintptr]bool{mine: true}
	numbers := map[int64]bool{Number(): true}
	var mu sync.Mutex
	var all, ready sync.WaitGroup
	end := make(chan bool)
	for range 100 {
		ready.Add(1)
		all.Go(func() {
			a := Self()
			ready.Done()
			<-end
			runtime.Gosched()
			mu.Lock()
			defer mu.Unlock()
			if b := Self(); a != b {
				t.Error("a goroutine's record has moved")
			}
			seen[a], numbers[Number()] = true, true
		})
	}
	ready.Wait()
	close(end)
	all.Wait()
	if len(seen) != 101 || len(numbers) != 101 {
		t.Errorf("101 goroutines have %d records and %d numbers", len(seen), len(numbers))
	}
	if Self() != mine {
		t.Error("this goroutine's record has moved")
	}
}

func TestParked(t *testing.T) {
	var mu sync.Mutex
	mu.Lock()
	ch, stop := make(chan bool), make(chan bool)
	numbers := make(chan int64, 10)
	var all sync.WaitGroup
	waits := []func(){
		func() { <-ch }, func() { mu.Lock(); defer mu.Unlock() }, func() {
			select {
			case <-ch:
			case <-stop:
			}
		}, func() { time.Sleep(300 * time.Millisecond) },
	}
	ids := make([]int64, len(waits))
	for i, wait := range waits {
		all.Go(func() { numbers <- Number(); wait() })
		ids[i] = <-numbers
	}
	var busy int64
	var spins atomic.Bool
	all.Go(func() {
		numbers <- Number()
		for !spins.Load() {
		}
	})
	busy = <-numbers
	for begin := time.Now(); ; runtime.Gosched() {
		parked := Parked()
		if parked[busy] || parked[Number()] {
			t.Fatal("one that runs is taken for parked")
		}
		n := 0
		for _, id := range ids {
			if parked[id] {
				n++
			}
		}
		if n == len(ids) {
			break
		}
		if time.Since(begin) > 200*time.Millisecond {
			all.Go(func() {}) // the sleeper may have slept by now: the others count
			if n >= len(ids)-1 {
				break
			}
		}
		if time.Since(begin) > time.Minute {
			t.Fatalf("%d of %d are seen to be parked", n, len(ids))
		}
	}
	close(ch)
	spins.Store(true)
	mu.Unlock()
	all.Wait()
}
