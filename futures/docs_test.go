package futures_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// Whoever gives 1 where a float64 is wanted is told by the documentation of every function that takes inputs what to
// write.
func TestDocsNameValue(t *testing.T) {
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	takes := 0
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || !fn.Name.IsExported() || !mentions(fn.Type.Params, "Input") && !mentions(fn.Type.TypeParams, "Input") {
				continue
			}
			takes++
			if !strings.Contains(strings.Join(strings.Fields(fn.Doc.Text()), " "), "futures.Value[float64](1)") {
				t.Errorf("the documentation of %s does not say how to give a plain value", fn.Name)
			}
		}
	}
	if takes < 14 { // Delay1 to Delay3 and DelaySlice, in three shapes, and Compute2 and Compute3
		t.Errorf("only %d functions take inputs", takes)
	}
}

// mentions reports whether the types of a list do.
func mentions(list *ast.FieldList, name string) (found bool) {
	if list == nil {
		return false
	}
	for _, field := range list.List {
		ast.Inspect(field.Type, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			found = found || ok && id.Name == name
			return true
		})
	}
	return found
}
