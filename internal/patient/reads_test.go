package patient

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"
)

func TestReads(t *testing.T) {
	left, back := 0, 0
	ctx := context.WithValue(context.Background(), Key, Seat{func() bool { left++; return left != 2 }, func() { back++ }})
	failed := errors.New("bad sector")
	slow := func() (int, error) { time.Sleep(2 * slowRead); return 10, nil }

	var disk Reads
	if n, err := disk.Do(ctx, slow); n != 10 || err != nil || left != 0 {
		t.Error("the first read of a file:", n, err, left)
	}
	if n, err := disk.Do(ctx, func() (int, error) { return 7, failed }); n != 7 || err != failed || left != 1 || back != 1 {
		t.Error("a read after a slow one:", n, err, left, back)
	}
	if disk.Do(ctx, slow); left > 2 || back != 1 { // the second time there is no seat to give
		t.Error("a seat was taken back that was not given away:", left, back)
	}

	pipe := Reads{Pipe: true}
	left, back = 10, 10
	if n, err := pipe.Do(ctx, func() (int, error) { return 3, nil }); n != 3 || err != nil || left != 11 || back != 11 {
		t.Error("a read of a pipe:", n, err, left, back)
	}
	if n, err := pipe.Do(context.Background(), slow); n != 10 || err != nil {
		t.Error("outside tasks:", n, err)
	}

	// A large read may take as long as a nanosecond a byte.
	var large Reads
	if large.Do(ctx, func() (int, error) { time.Sleep(2 * slowRead); return math.MaxInt32, nil }); large.slow.Load() {
		t.Error("two gigabytes in a millisecond are slow")
	}
}
