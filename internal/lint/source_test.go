package lint

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// maxLines keeps files readable in one sitting. The usual file has 100 to 200.
const maxLines = 600

// source is one parsed file of the module.
type source struct {
	path string // relative to the root
	file *ast.File
	fset *token.FileSet
}

func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	dir := root(t)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != dir && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(dir, path)
		all = append(all, source{filepath.ToSlash(relative), file, fset})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestFileSize(t *testing.T) {
	for _, s := range sources(t) {
		if n := s.fset.File(s.file.FileStart).LineCount(); n > maxLines && !ast.IsGenerated(s.file) {
			t.Errorf("%s has %d lines, more than %d: divide it by what is in it", s.path, n, maxLines)
		}
	}
}

func TestPackageComments(t *testing.T) {
	documented := map[string]bool{}
	for _, s := range sources(t) {
		if strings.HasSuffix(s.path, "_test.go") {
			continue
		}
		dir := filepath.Dir(s.path)
		want := "Package " + s.file.Name.Name + " "
		if s.file.Name.Name == "main" {
			want = "Command " + filepath.Base(dir) + " "
		}
		documented[dir] = documented[dir] || strings.HasPrefix(s.file.Doc.Text(), want)
	}
	for dir, ok := range documented {
		if !ok {
			t.Errorf("%s has no package comment", dir)
		}
	}
}

// TestExportedComments asks for a comment on every exported name of the public packages.
func TestExportedComments(t *testing.T) {
	for _, s := range sources(t) {
		if strings.HasSuffix(s.path, "_test.go") || strings.HasPrefix(s.path, "internal/") ||
			strings.HasPrefix(s.path, "cmd/") || s.file.Name.Name == "main" {
			continue
		}
		for _, decl := range s.file.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && exportedReceiver(d) && d.Doc == nil {
					t.Errorf("%s: %s has no comment", s.fset.Position(d.Pos()), d.Name.Name)
				}
			case *ast.GenDecl:
				checkSpecs(t, s, d)
			}
		}
	}
}

func checkSpecs(t *testing.T, s source, d *ast.GenDecl) {
	t.Helper()
	for _, spec := range d.Specs {
		switch v := spec.(type) {
		case *ast.TypeSpec:
			if v.Name.IsExported() && d.Doc == nil && v.Doc == nil {
				t.Errorf("%s: %s has no comment", s.fset.Position(v.Pos()), v.Name.Name)
			}
		case *ast.ValueSpec:
			for _, name := range v.Names {
				if name.IsExported() && d.Doc == nil && v.Doc == nil && v.Comment == nil {
					t.Errorf("%s: %s has no comment", s.fset.Position(v.Pos()), name.Name)
				}
			}
		}
	}
}

// exportedReceiver is true for functions and for methods of exported types.
func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	exported := false
	ast.Inspect(d.Recv.List[0].Type, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			exported = id.IsExported()
			return false
		}
		_, generic := n.(*ast.IndexExpr)
		_, star := n.(*ast.StarExpr)
		return generic || star
	})
	return exported
}
