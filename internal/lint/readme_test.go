package lint

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// packages are those that the README's blocks may use by their names without showing the import.
var packages = map[string]string{
	"array": module + "/array", "bag": module + "/bag", "futures": module + "/futures", "sched": module + "/sched",
	"jsonio": module + "/io/jsonio", "hdf5io": module + "/io/hdf5io", "fileio": module + "/io/fileio",
	"context": "context", "errors": "errors", "fmt": "fmt", "log": "log", "os": "os", "strings": "strings", "math": "math",
}

// TestREADME compiles every Go block of the README: whole files as they are, other blocks as the body of a function
// that has ctx and returns an error. Variables that a block declares and leaves unused are allowed, as there the
// reader's program goes on.
func TestREADME(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root(t), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	lookup := exports(t)
	blocks := regexp.MustCompile("(?ms)^```go\n(.*?)^```").FindAllSubmatchIndex(text, -1)
	if len(blocks) == 0 {
		t.Fatal("no Go block found")
	}
	for _, b := range blocks {
		line := 2 + strings.Count(string(text[:b[0]]), "\n")
		if err := compile(string(text[b[2]:b[3]]), line, lookup); err != nil {
			t.Error(err)
		}
	}
}

// exports returns a function that opens the compiler's export data of a package.
func exports(t *testing.T) func(path string) (io.ReadCloser, error) {
	t.Helper()
	std := []string{"context", "errors", "fmt", "log", "os", "strings", "math"}
	files := map[string]string{}
	for _, p := range list(t, append([]string{"-export", "-deps", "./..."}, std...)...) {
		files[p.ImportPath] = p.Export
	}
	return func(path string) (io.ReadCloser, error) {
		if files[path] == "" {
			return nil, fmt.Errorf("no package %s", path)
		}
		return os.Open(files[path])
	}
}

// compile checks the types of one block, whose first line is line of the README.
func compile(block string, line int, lookup func(string) (io.ReadCloser, error)) error {
	src := fmt.Sprintf("//line README.md:%d\n%s", line, block)
	if !strings.HasPrefix(block, "package ") {
		src = wrap(block, line)
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, 0)
	if err != nil {
		return err
	}
	var first error
	conf := types.Config{
		Importer: importer.ForCompiler(fset, "gc", lookup),
		Error: func(err error) {
			if e, ok := err.(types.Error); first == nil && (!ok || !e.Soft) {
				first = err
			}
		},
	}
	_, err = conf.Check("readme", fset, []*ast.File{file}, nil)
	if first == nil && err != nil && !err.(types.Error).Soft {
		first = err
	}
	return first
}

// wrap makes a file of a function's body.
func wrap(block string, line int) string {
	var b strings.Builder
	b.WriteString("package readme\n")
	for _, name := range slices.Sorted(maps.Keys(packages)) {
		if name == "context" || regexp.MustCompile(`\b`+name+`\.[A-Z]`).MatchString(block) {
			fmt.Fprintf(&b, "import %q\n", packages[name])
		}
	}
	fmt.Fprintf(&b, "func _(ctx context.Context) error {\n//line README.md:%d\n%s\nreturn nil\n}\n", line, block)
	return b.String()
}
