package viz_test

import (
	"bytes"
	"encoding/xml"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/sched"
	"github.com/gomagpie/magpie/viz"
)

// count reads the whole of an XML text and counts its elements by name.
func count(t *testing.T, text []byte) map[string]int {
	t.Helper()
	n := map[string]int{}
	for d := xml.NewDecoder(bytes.NewReader(text)); ; {
		tok, err := d.Token()
		if err == io.EOF {
			return n
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := tok.(xml.StartElement); ok {
			n[e.Name.Local]++
		}
	}
}

func TestSVG(t *testing.T) {
	var leaves []*futures.Delayed[int]
	for i := range 130 {
		leaves = append(leaves, futures.Delay1(inc, futures.Value(i)))
	}
	tree := leaves
	for len(tree) > 1 {
		var up []*futures.Delayed[int]
		for i := 0; i < len(tree); i += 4 {
			up = append(up, futures.DelaySlice(sum, tree[i:min(i+4, len(tree))]))
		}
		tree = up
	}
	shared := futures.Delay1(inc, futures.Value(1))
	var few []*futures.Delayed[int]
	for i := range 12 {
		few = append(few, futures.Delay2(add, futures.Delay1(inc, futures.Value(i)), shared))
	}
	for name, c := range map[string]struct {
		d            *futures.Delayed[int]
		boxes, edges int // an edge that passes a rank is drawn in two parts
	}{
		"one":    {futures.Delay0(one), 1, 0},
		"small":  {futures.Delay2(add, futures.Delay1(dec, shared), shared), 3, 4},
		"thirty": {futures.DelaySlice(sum, few), 26, 12 * 3},
		"tree":   {tree[0], 130 + 33 + 9 + 3 + 1, 130 + 33 + 9 + 3},
	} {
		var out bytes.Buffer
		if err := viz.SVG(&out, c.d); err != nil {
			t.Fatal(err)
		}
		if dir := os.Getenv("MAGPIE_PICTURES"); dir != "" { // to be looked at
			if err := os.WriteFile(dir+"/"+name+".svg", out.Bytes(), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		n := count(t, out.Bytes())
		if n["rect"] != c.boxes+1 || n["path"] < c.edges || n["path"] > c.edges+12 || n["text"] < c.boxes+2 || n["circle"] != 5 {
			t.Errorf("%s: %v, want %d boxes and %d edges", name, n, c.boxes, c.edges)
		}
		if !strings.Contains(out.String(), "svg_test.go:") {
			t.Errorf("%s: the user's line is missing", name)
		}
	}
	if err := viz.SVG(io.Discard, futures.Lowered[int]("unbuilt", site.User(), nil, errBad, nil)); err != errBad {
		t.Fatal(err)
	}
}

// picture draws the values and returns the text, which it also keeps to be looked at.
func picture(t *testing.T, name string, values ...sched.Lazy) string {
	t.Helper()
	var out bytes.Buffer
	if err := viz.SVG(&out, values...); err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("MAGPIE_PICTURES"); dir != "" {
		if err := os.WriteFile(dir+"/"+name+".svg", out.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	count(t, out.Bytes())
	return out.String()
}

// What is under way or over has the colour of its state, and the legend says which there are.
func TestSVGStates(t *testing.T) {
	ctx, e := t.Context(), sched.New(sched.Workers(4))
	t.Cleanup(func() { e.Close() })
	on := sched.On(e)
	begun, gate := make(chan bool), make(chan int)
	good := futures.Delay1(inc, futures.Value(1)).Start(ctx, on)
	bad := futures.TryDelay1(half, futures.Value(3)).Start(ctx, on)
	busy := futures.Delay0(func() int { begun <- true; return <-gate }).Start(ctx, on)
	waiting := futures.Delay1(inc, busy).Start(ctx, on)
	stopped := futures.Delay1(inc, busy).Start(ctx, on)
	stopped.Cancel()
	gone := futures.Delay1(inc, futures.Value(2)).Start(ctx, on)
	<-gone.Done()
	gone.Release()
	<-begun
	<-good.Done()
	<-bad.Done()
	all := futures.DelaySlice(sum, []futures.Input[int]{good, bad, busy, waiting, stopped, gone, futures.Delay1(inc, futures.Value(5))})
	text := picture(t, "states", all)
	for _, word := range []string{"lazy", "pending", "running", "finished", "failed", "cancelled", "released"} {
		if strings.Count(text, ">"+word+"<") != 1 {
			t.Errorf("%s is not in the legend", word)
		}
		if n := strings.Count(text, " · "+word+"<"); n != 1 && word != "lazy" {
			t.Errorf("%d boxes are %s", n, word)
		}
	}
	close(gate)

	// Behind a persisted value is its computation: under way, failed, and over.
	parts := func(f func(int) (int, error)) (all []*futures.Delayed[int]) {
		for i := range 6 {
			all = append(all, futures.TryDelay1(f, futures.Delay1(inc, futures.Value(i))))
		}
		return all
	}
	failed := futures.DelaySlice(sum, parts(func(x int) (int, error) {
		if x == 4 {
			return 0, errBad
		}
		return x, nil
	})).Persist(ctx, on)
	<-failed.Done()
	text = picture(t, "failed", failed)
	if n := strings.Count(text, " · failed<"); n != 1 || strings.Count(text, "<title>") != 13 {
		t.Errorf("%d boxes failed", n)
	}
	second := make(chan int)
	running := futures.DelaySlice(sum, parts(func(int) (int, error) { return <-second, nil })).Persist(ctx, on)
	text = picture(t, "running", running)
	if n := strings.Count(text, "<title>"); n != 13 {
		t.Errorf("%d boxes of a value under way", n)
	}
	close(second)
	<-running.Done()
	text = picture(t, "finished", running)
	if n := strings.Count(text, " · finished<"); n != 1 || strings.Count(text, "<title>") != 1 {
		t.Errorf("%d boxes are finished", n)
	}
}
