package futures_test

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"testing"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/sched"
)

// onDisk writes a number.
type onDisk struct{}

func (onDisk) Encode(w io.Writer, v any) error {
	return binary.Write(w, binary.LittleEndian, v.(int64))
}

func (onDisk) Decode(r io.Reader) (any, error) {
	var v int64
	return v, binary.Read(r, binary.LittleEndian, &v)
}

// The results of started computations that went to disk are read when they are used, and what they take then counts:
// two at once fit the limit, eight do not.
func TestLentCounts(t *testing.T) {
	ctx := context.Background()
	e := sched.New(sched.Workers(2), sched.MemoryLimit(10_000), sched.SpillDir(t.TempDir()))
	defer e.Close()
	on := sched.On(e)
	var all []*futures.Future[int64]
	for i := range 8 {
		d := futures.Lowered[int64]("big", site.Site{}, nil, nil, func(p *sched.Plan) (sched.TaskID, error) {
			op := p.Op(sched.Op{Name: "big", Codec: onDisk{}, Bytes: func(int) int64 { return 2000 },
				Run: func(*sched.Task, []any) (any, error) { return int64(i), nil }})
			return p.Add(op, i), nil
		})
		f := d.Start(ctx, on)
		if err := f.Wait(ctx); err != nil {
			t.Fatal(err)
		}
		all = append(all, f)
	}
	sum := func(xs []int64) (n int64) {
		for _, x := range xs {
			n += x
		}
		return n
	}
	some := func(fs []*futures.Future[int64]) *futures.Delayed[int64] {
		var in []*futures.Delayed[int64]
		for _, f := range fs {
			in = append(in, f.Delayed())
		}
		return futures.DelaySlice(sum, in)
	}
	for range 2 {
		var pairs []*futures.Delayed[int64]
		for i := 0; i < 8; i += 2 {
			pairs = append(pairs, some(all[i:i+2]))
		}
		if got, err := futures.DelaySlice(sum, pairs).Compute(ctx, on); err != nil || got != 28 {
			t.Error(got, err)
		}
		got, err := some(all).Compute(ctx, on)
		if me, ok := errors.AsType[*sched.MemoryError](err); !ok || me.Need < 16_000 {
			t.Error(got, err)
		}
	}
	for _, f := range all {
		f.Release()
	}
}
