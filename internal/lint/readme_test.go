package lint

import (
	"fmt"
	"go/ast"
	"go/doc/comment"
	"go/format"
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
	"array": module + "/array", "bag": module + "/bag", "futures": module + "/futures", "sched": module + "/sched", "viz": module + "/viz",
	"jsonio": module + "/io/jsonio", "hdf5io": module + "/io/hdf5io", "fileio": module + "/io/fileio",
	"context": "context", "errors": "errors", "fmt": "fmt", "log": "log", "os": "os", "strings": "strings", "math": "math",
}

// yours is what the README leaves to its reader.
const yours = `
type Account struct {
	Name         string
	Transactions []Transaction
}
type Transaction struct{ Amount float64 }
func inc(int) int
`

// TestREADME compiles the Go blocks of the README as parts of one function that has ctx and returns an error. A block
// sees what the blocks before it declared, and may declare it anew. Variables that are declared and left unused are
// allowed: the reader's program goes on where the block ends.
func TestREADME(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root(t), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var blocks []block
	for _, at := range regexp.MustCompile("(?ms)^```go\n(.*?)^```").FindAllSubmatchIndex(text, -1) {
		line := 2 + strings.Count(string(text[:at[0]]), "\n")
		blocks = append(blocks, block{string(text[at[2]:at[3]]), line, "README.md"})
	}
	if len(blocks) == 0 {
		t.Fatal("no Go block found")
	}
	compile(t, yours, blocks)
}

// example is what the comments of packages leave to their reader.
const example = "var file array.Reader[float64]\n"

// TestPackageDocs compiles the Go blocks in the comments of packages, each by itself.
func TestPackageDocs(t *testing.T) {
	found := 0
	for _, p := range list(t, slices.Concat(tags, []string{"./array", "./bag", "./futures", "./sched", "./viz", "./io/..."})...) {
		for _, name := range p.GoFiles {
			path := filepath.Join(p.Dir, name)
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.PackageClauseOnly)
			if err != nil {
				t.Fatal(err)
			}
			if file.Doc == nil {
				continue
			}
			var text comment.Parser
			for _, part := range text.Parse(file.Doc.Text()).Content {
				code, ok := part.(*comment.Code)
				if !ok {
					continue
				}
				if _, err := format.Source([]byte(code.Text)); err != nil {
					continue // commands, or a list
				}
				found++
				compile(t, example, []block{{code: code.Text, line: 1, file: name}})
			}
		}
	}
	if found < 2 {
		t.Errorf("%d Go blocks found", found)
	}
}

// compile checks the types of blocks, of which each is within the scope of the one before.
func compile(t *testing.T, before string, blocks []block) {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", program(before, blocks), parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	conf := types.Config{
		Importer: importer.ForCompiler(fset, "gc", exports(t)),
		Error: func(err error) {
			if e, ok := err.(types.Error); !ok || !e.Soft {
				t.Error(err)
			}
		},
	}
	conf.Check("readme", fset, []*ast.File{file}, nil) // its error is the first of those above, or a soft one
}

// block is Go code that begins on a line of a file.
type block struct {
	code string
	line int
	file string
}

// program makes a file of the blocks, each within the scope of the one before.
func program(before string, blocks []block) string {
	var body strings.Builder
	for _, b := range blocks {
		fmt.Fprintf(&body, "{\n//line %s:%d\n%s", b.file, b.line, b.code)
	}
	var file strings.Builder
	file.WriteString("package readme\n")
	for _, name := range slices.Sorted(maps.Keys(packages)) {
		if name == "context" || regexp.MustCompile(`\b`+name+`\.[A-Z]`).MatchString(before+body.String()) {
			fmt.Fprintf(&file, "import %q\n", packages[name])
		}
	}
	fmt.Fprintf(&file, "%s\nfunc _(ctx context.Context) error {\n%s%s\nreturn nil\n}\n",
		before, body.String(), strings.Repeat("}\n", len(blocks)))
	return file.String()
}

// exports returns a function that opens the compiler's export data of a package.
func exports(t *testing.T) func(path string) (io.ReadCloser, error) {
	t.Helper()
	std := []string{"context", "errors", "fmt", "log", "os", "strings", "math"}
	files := map[string]string{}
	for _, p := range list(t, slices.Concat(tags, []string{"-export", "-deps", "./array", "./bag", "./futures", "./sched", "./viz", "./io/..."}, std)...) {
		files[p.ImportPath] = p.Export
	}
	return func(path string) (io.ReadCloser, error) {
		if files[path] == "" {
			return nil, fmt.Errorf("no package %s", path)
		}
		return os.Open(files[path])
	}
}
