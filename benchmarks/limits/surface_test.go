package limits

import (
	"errors"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// packages are those whose exported operations need rows.
var packages = []string{"array", "bag", "futures"}

// pure are exported functions and methods that lead to no computation, and why.
var pure = map[string]string{
	"array.All":                "selects",
	"array.Index":              "selects",
	"array.Range":              "selects",
	"array.RangeStep":          "selects",
	"array.Axis":               "an option",
	"array.Chunks":             "an option",
	"array.DDof":               "an option",
	"array.KeepDims":           "an option",
	"array.FromSlice":          "the elements are the caller's memory",
	"array.MaskFromSlice":      "the elements are the caller's memory",
	"array.Array.Chunks":       "known when built",
	"array.Array.Err":          "known when built",
	"array.Array.NBytes":       "known when built",
	"array.Array.NDim":         "known when built",
	"array.Array.NumChunks":    "known when built",
	"array.Array.Shape":        "known when built",
	"array.Array.Size":         "known when built",
	"array.Array.String":       "known when built",
	"array.Array.Sketch":       "tells the expression",
	"array.Array.Lower":        "makes a plan; every computation does",
	"array.Mask.Chunks":        "known when built",
	"array.Mask.Err":           "known when built",
	"array.Mask.NDim":          "known when built",
	"array.Mask.NumChunks":     "known when built",
	"array.Mask.Shape":         "known when built",
	"array.Mask.Size":          "known when built",
	"array.Mask.String":        "known when built",
	"array.Mask.Sketch":        "tells the expression",
	"array.Mask.Lower":         "makes a plan; every computation does",
	"array.Dense.At":           "the elements are the caller's memory",
	"array.Dense.Data":         "the elements are the caller's memory",
	"array.Dense.NDim":         "the elements are the caller's memory",
	"array.Dense.Shape":        "the elements are the caller's memory",
	"array.Dense.Size":         "the elements are the caller's memory",
	"array.Error.Error":        "an error",
	"array.Error.Unwrap":       "an error",
	"bag.Fail":                 "an error",
	"bag.FromSlice":            "the elements are the caller's memory",
	"bag.Of":                   "the elements are the caller's memory",
	"bag.Pair.String":          "text",
	"bag.Bag.Err":              "known when built",
	"bag.Bag.NumPartitions":    "known when built",
	"bag.Bag.String":           "known when built",
	"bag.Bag.Sketch":           "tells the pipeline",
	"bag.Bag.Lower":            "makes a plan; every computation does",
	"futures.InputError.Error": "an error", "futures.InputError.Unwrap": "an error",
	"futures.Pure": "an option", "futures.Limit": "an option",
	"futures.Value":               "the value is the caller's memory",
	"futures.Completed.NextBatch": "hands over what Next does",
	"futures.Completed.All":       "hands over what Next does", "futures.Completed.Futures": "hands over what Next does",
	"futures.Completed.Batches": "hands over what Next does", "futures.Future.Retry": "begins the same call again",
	"futures.Future.FireAndForget": "lets a future go on", "futures.Held": "lists",
	"futures.Lowered":         "bags' and arrays' reductions are made by it",
	"futures.Completed.Count": "tells", "futures.Completed.Ready": "tells", "futures.Completed.Err": "tells",
	"futures.Delayed.Bytes": "tells", "futures.Delayed.Delayed": "is itself", "futures.Delayed.Done": "waits",
	"futures.Delayed.Err": "known when built", "futures.Delayed.Lower": "makes a plan; every computation does",
	"futures.Delayed.Progress": "tells", "futures.Delayed.Release": "gives memory back",
	"futures.Delayed.Sketch": "tells the expression", "futures.Delayed.Then": "a call, as Delay1", "futures.Delayed.Name": "text", "futures.Cancel": "ends", "futures.Future.Wait": "waits", "futures.Delayed.String": "text",
	"futures.Future.Bytes": "tells", "futures.Future.Cancel": "ends", "futures.Future.CancelCause": "ends",
	"futures.Future.Delayed": "is an input", "futures.Future.Done": "waits", "futures.Future.Err": "tells",
	"futures.Future.Key": "text", "futures.Future.OnDone": "waits", "futures.Future.Progress": "tells",
	"futures.Future.Status": "tells", "futures.Future.String": "text",
}

// exported returns the functions and methods of a package as "array.Array.Sum".
func exported(pkg *types.Package) (names []string) {
	scope := pkg.Scope()
	for _, name := range scope.Names() {
		switch obj := scope.Lookup(name).(type) {
		case *types.Func:
			if obj.Exported() {
				names = append(names, pkg.Name()+"."+name)
			}
		case *types.TypeName:
			t, ok := obj.Type().(*types.Named)
			if !ok || !obj.Exported() || types.IsInterface(t) {
				continue
			}
			for m := range t.Methods() {
				if m.Exported() {
					names = append(names, pkg.Name()+"."+name+"."+m.Name())
				}
			}
		}
	}
	return names
}

// load imports packages of the module from what the go command has built.
func load(t *testing.T, names []string) (all []*types.Package) {
	const module = "github.com/gomagpie/magpie/"
	args := []string{"list", "-export", "-deps", "-f", "{{.ImportPath}}={{.Export}}"}
	for _, name := range names {
		args = append(args, module+name)
	}
	cmd := exec.Command("go", args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), "=")
		files[path] = file
	}
	from := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		if files[path] == "" {
			return nil, errors.New("not built: " + path)
		}
		return os.Open(files[path])
	})
	for _, name := range names {
		pkg, err := from.Import(module + name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, pkg)
	}
	return all
}

// TestSurface asks for a row, or a reason, for every exported operation, and for no others.
func TestSurface(t *testing.T) {
	rows, names := map[string]bool{}, map[string]bool{}
	for _, r := range table() {
		for op := range strings.FieldsSeq(r.ops) {
			rows[op] = true
		}
		if names[r.name()] {
			t.Errorf("two rows are named %s", r.name())
		}
		names[r.name()] = true
	}
	for name := range open {
		if !names[name] {
			t.Errorf("a fault is noted for the row %s, which is not there", name)
		}
	}
	there := map[string]bool{}
	for _, pkg := range load(t, packages) {
		for _, name := range exported(pkg) {
			there[name] = true
			switch reason := pure[name]; {
			case rows[name] && reason != "":
				t.Errorf("%s has a row, and a reason for none: %s", name, reason)
			case !rows[name] && reason == "":
				t.Errorf("%s has no row in the table of limits, and no reason for none", name)
			}
		}
	}
	for op := range rows {
		if !there[op] {
			t.Errorf("a row is about %s, which is not there", op)
		}
	}
	for op := range pure {
		if !there[op] {
			t.Errorf("there is a reason for %s, which is not there", op)
		}
	}
}
