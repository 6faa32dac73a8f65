package futures_test

import (
	"bytes"
	"encoding/xml"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/gomagpie/magpie/futures"
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

func TestVisualize(t *testing.T) {
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
	for name, c := range map[string]struct {
		d            *futures.Delayed[int]
		boxes, edges int // an edge that passes a rank is drawn in two parts
	}{
		"one":   {futures.Delay0(one), 1, 0},
		"small": {futures.Delay2(add, futures.Delay1(dec, shared), shared), 3, 4},
		"tree":  {tree[0], 130 + 33 + 9 + 3 + 1, 130 + 33 + 9 + 3},
	} {
		var out bytes.Buffer
		if err := futures.Visualize(&out, c.d); err != nil {
			t.Fatal(err)
		}
		if dir := os.Getenv("MAGPIE_PICTURES"); dir != "" { // to be looked at
			if err := os.WriteFile(dir+"/"+name+".svg", out.Bytes(), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		n := count(t, out.Bytes())
		if n["rect"] != c.boxes+1 || n["path"] != c.edges || n["text"] < c.boxes {
			t.Errorf("%s: %v, want %d boxes and %d edges", name, n, c.boxes, c.edges)
		}
		if !strings.Contains(out.String(), "visualize_test.go:") {
			t.Errorf("%s: the user's line is missing", name)
		}
	}
	if err := futures.Visualize(io.Discard, futures.Fail[int](errBad)); err != errBad {
		t.Fatal(err)
	}
}
