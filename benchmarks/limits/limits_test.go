package limits

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// row is one operation under the limit.
type row struct {
	// ops are the exported names that it is about, as "array.Array.Sum bag.Map".
	ops string
	// how tells it from other rows of the same operations.
	how string
	// refused says why a MemoryError is the right outcome; "": the answer is.
	refused string
	run     func(w *world) error
}

// answer is a row that computes its value: run returns nil if it is the right one.
func answer(ops, how string, run func(w *world) error) row { return row{ops: ops, how: how, run: run} }

// refused is a row that ends with a MemoryError.
func refused(ops, how, because string, run func(w *world) error) row {
	return row{ops: ops, how: how, refused: because, run: run}
}

func (r row) name() string {
	name, _, _ := strings.Cut(r.ops, " ")
	if r.how != "" {
		name += " " + r.how
	}
	return strings.ReplaceAll(name, " ", "_")
}

func table() (all []row) {
	all = append(all, arrayRows()...)
	all = append(all, elementwiseRows()...)
	all = append(all, bagRows()...)
	all = append(all, keyedRows()...)
	return append(all, futuresRows()...)
}

// The environment of a process that runs one row.
const (
	rowEnv   = "MAGPIE_LIMITS_ROW"
	scaleEnv = "MAGPIE_LIMITS_SCALE"
)

// outcome is what such a process prints.
type outcome struct {
	Err     string
	Refused bool // Err is a MemoryError
	Growth  int64
	Known   bool // Growth is
}

func TestMain(m *testing.M) {
	if name := os.Getenv(rowEnv); name != "" {
		alone(name, scales[os.Getenv(scaleEnv)])
		return
	}
	os.Exit(m.Run())
}

// alone runs a row in this process, and prints the outcome.
func alone(name string, s scale) {
	for _, r := range table() {
		if r.name() != name {
			continue
		}
		before, _, known := resident()
		tell := func(err error) {
			o := outcome{Known: known}
			if err != nil {
				o.Err, o.Refused = err.Error(), refusal(err)
			}
			if _, most, ok := resident(); ok {
				o.Growth = most - before
			}
			json.NewEncoder(os.Stdout).Encode(o)
		}
		// A row that has long failed must not take the machine with it.
		go func() {
			for range time.Tick(10 * time.Millisecond) {
				if now, _, ok := resident(); ok && s.exact && now-before > 4*s.promise() {
					tell(fmt.Errorf("stopped: the process takes more than four times what is promised"))
					os.Exit(0)
				}
			}
		}()
		w, end, err := newWorld(s)
		if err == nil {
			err = r.run(w)
			end()
		}
		tell(err)
		os.Exit(0)
	}
	fmt.Fprintln(os.Stderr, "no row", name)
	os.Exit(2)
}

// TestLimits runs each row in a process of its own.
func TestLimits(t *testing.T) {
	s := scales["short"]
	switch {
	case raceEnabled || testing.Short():
		s = scales["small"]
	case os.Getenv("MAGPIE_SOAK") != "":
		s = scales["soak"]
	}
	for _, r := range table() {
		t.Run(r.name(), func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			o, err := r.apart(s)
			t.Logf("%v, grew by %d MiB of %d promised: %s", time.Since(began).Round(time.Millisecond), o.Growth>>20, s.promise()>>20, o.Err)
			if err == nil {
				err = r.judge(o, s)
			}
			switch known := open[r.name()]; {
			case err != nil && (known == "" || s.name == "soak"):
				t.Error(err)
			case err != nil:
				t.Logf("known: %s: %v", known, err)
			}
		})
	}
}

// apart runs the row in another process.
func (r row) apart(s scale) (o outcome, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), rowEnv+"="+r.name(), scaleEnv+"="+s.name)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		text := stderr.String()
		return o, fmt.Errorf("the process died: %v\n%s", err, text[:min(len(text), 4000)])
	}
	return o, json.Unmarshal(out, &o)
}

// judge compares an outcome with what the row says and what the limit promises.
func (r row) judge(o outcome, s scale) error {
	switch {
	case s.exact && o.Known && o.Growth > s.promise():
		return fmt.Errorf("the process grew by %d bytes, %d are promised (%s)", o.Growth, s.promise(), o.Err)
	case r.refused == "" && o.Err != "":
		return fmt.Errorf("no answer: %s", o.Err)
	case r.refused != "" && o.Err == "" && !s.exact:
		return nil // so little data is within what the promise allows beyond the limit
	case r.refused != "" && o.Err == "":
		return fmt.Errorf("an answer, where the row expects a MemoryError because %s", r.refused)
	case r.refused != "" && !o.Refused:
		return fmt.Errorf("no MemoryError: %s", o.Err)
	}
	return nil
}
