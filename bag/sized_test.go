package bag_test

import (
	"context"
	"errors"
	"testing"

	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/sched"
)

// picture is an element with most of its memory elsewhere.
type picture struct{ pixels int64 }

func (p *picture) Bytes() int64 { return p.pixels }

// The size of elements that know it is what a computation under a limit plans with. One that panics is not asked again.
func TestFromSliceOfSized(t *testing.T) {
	limit := sched.MemoryLimit(1_000_000)
	for _, c := range []struct {
		pixels int64
		nils   bool
		fits   bool
	}{{500, false, true}, {20_000, false, false}, {20_000, true, true}} {
		var all []*picture
		for i := range 1000 {
			p := &picture{c.pixels}
			if c.nils && i%10 == 0 {
				p = nil
			}
			all = append(all, p)
		}
		// Ten partitions, of 50,000 bytes or of 2 million.
		got, err := bag.FromSlice(all, 10).Compute(context.Background(), limit, sched.Workers(1), sched.SpillDir(t.TempDir()))
		me, refused := errors.AsType[*sched.MemoryError](err)
		if c.fits && (err != nil || len(got) != 1000) || !c.fits && (!refused || me.Need < 2_000_000) {
			t.Errorf("%+v: %d, %v", c, len(got), err)
		}
	}
}
