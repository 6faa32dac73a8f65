package lint

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// layers is the dependency direction: a package imports from lower layers only. Within a layer nothing is imported,
// except where peers says so. The first matching prefix counts.
var layers = []struct {
	prefix string
	layer  int
}{
	{"internal/lint", 7},
	{"internal/", 0},
	{"sched", 1},
	{"futures", 2},
	{"viz", 3},
	{"array", 3},
	{"bag", 3},
	{"io/", 4},
	{"cmd/magpie/demo", 5},
	{"cmd/magpie/cli", 6},
	{"cmd/", 7},
	{"examples/", 7},
	{"benchmarks", 7},
}

// peers may be imported by their own layer.
func peer(path string) bool {
	return path == "io/fileio" || strings.HasPrefix(path, "internal/") && layer(path) == 0
}

func layer(path string) int {
	for _, l := range layers {
		if path == strings.TrimSuffix(l.prefix, "/") || strings.HasPrefix(path, strings.TrimSuffix(l.prefix, "/")+"/") {
			return l.layer
		}
	}
	return -1
}

// builds are the ways in which the module is built.
var builds = [][]string{nil, {"-tags", "libhdf5"}}

func TestDependencyDirection(t *testing.T) {
	for _, build := range builds {
		for _, p := range list(t, append(slices.Clone(build), "./...")...) {
			from, _ := p.local()
			if layer(from) < 0 {
				t.Errorf("%s: a package outside the layers: give it a place in layers, and say why in the commit", from)
			}
			for _, imported := range p.Imports {
				to, ours := strings.CutPrefix(imported, module+"/")
				if ours && (layer(to) > layer(from) || layer(to) == layer(from) && !peer(to)) {
					t.Errorf("%s (layer %d) imports %s (layer %d)", from, layer(from), to, layer(to))
				}
			}
		}
	}
}

// TestForbiddenDeps checks what must be absent, however indirectly.
func TestForbiddenDeps(t *testing.T) {
	forbidden := []struct{ who, what, why string }{
		{"sched", "gonum.org/v1/gonum", "drawing is left to viz"},
		{"array", "bag", "the collections are independent"},
		{"bag", "array", "the collections are independent"},
		{"array", "net", "collections do no I/O"},
		{"bag", "net", "collections do no I/O"},
		{"io/fileio", "sched", "names and bytes know nothing of tasks"},
		{"io/jsonio", "array", "records make bags"},
		{"io/hdf5io", "bag", "datasets make arrays"},
	}
	for _, build := range builds {
		for _, p := range list(t, append(slices.Clone(build), "-deps", "./...")...) {
			path, ours := p.local()
			for _, f := range forbidden {
				below := func(dep string) bool {
					dep = strings.TrimPrefix(dep, module+"/")
					return dep == f.what || strings.HasPrefix(dep, f.what+"/")
				}
				if ours && path == f.who && slices.ContainsFunc(p.Deps, below) {
					t.Errorf("%s depends on %s: %s", f.who, f.what, f.why)
				}
			}
		}
	}
}

func TestWhoImportsWhat(t *testing.T) {
	only := map[string]string{
		"github.com/spf13/pflag": "cmd",
		"gonum.org/v1/hdf5":      "io/hdf5io",
	}
	cgo := map[string]bool{}
	for _, p := range list(t, "-tags", "libhdf5", "./...") {
		path, _ := p.local()
		for _, imported := range p.Imports {
			if who, ok := only[imported]; ok && path != who && !strings.HasPrefix(path, who+"/") {
				t.Errorf("%s imports %s, which is left to %s", path, imported, who)
			}
		}
		if len(p.CgoFiles) > 0 {
			cgo[path] = true
		}
	}
	if len(cgo) > 1 {
		t.Errorf("cgo is in more than one package: %v", cgo)
	}
	for _, p := range list(t, "./...") {
		if len(p.CgoFiles) > 0 {
			t.Errorf("%s uses cgo without the tag libhdf5", p.ImportPath)
		}
	}
	// What examples and benchmarks need, users need: it must be public.
	for _, p := range list(t, "-test", "./examples/...", "./benchmarks/...") {
		path, ours := p.local()
		for _, imported := range p.Imports {
			if ours && (strings.HasPrefix(path, "examples/") || strings.HasPrefix(path, "benchmarks")) &&
				strings.HasPrefix(imported, module+"/internal/") {
				t.Errorf("%s imports %s: examples and benchmarks use what users have", path, imported)
			}
		}
	}
}

// TestDirectDependencies checks go.mod against the short list of what the module may require.
func TestDirectDependencies(t *testing.T) {
	allowed := []string{
		"github.com/klauspost/compress", "github.com/spf13/pflag", "gonum.org/v1/gonum", "gonum.org/v1/hdf5",
	}
	mod, err := os.ReadFile(filepath.Join(root(t), "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^(?:require\s+|\t)(\S+) v\S+$`).FindAllStringSubmatch(string(mod), -1) {
		if !slices.Contains(allowed, m[1]) {
			t.Errorf("go.mod requires %s: a new dependency needs a reason, in its commit and here", m[1])
		}
	}
}
