package bag_test

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/sched"
)

// functions is every exported function of the package, and every method with type parameters of its own, which
// reflection does not list.
var functions = map[string]any{
	"Distinct": bag.Distinct[int], "DistinctBy": (*bag.Bag[int]).DistinctBy[int],
	"Fail": bag.Fail[int], "FlatMap": (*bag.Bag[int]).FlatMap[int], "FlatMapSeq": (*bag.Bag[int]).FlatMapSeq[int], "Fold": (*bag.Bag[int]).Fold[int],
	"FoldBy": (*bag.Bag[int]).FoldBy[int, int], "Frequencies": bag.Frequencies[int], "FromSlice": bag.FromSlice[int],
	"FromSource": bag.FromSource[int], "GroupBy": bag.GroupBy[int, int], "Map": (*bag.Bag[int]).Map[int],
	"MapPartitions": (*bag.Bag[int]).MapPartitions[int], "Max": bag.Max[int], "MaxBy": (*bag.Bag[int]).MaxBy[int], "Mean": bag.Mean[int],
	"Min": bag.Min[int], "MinBy": (*bag.Bag[int]).MinBy[int], "Of": bag.Of[int], "Partitions": bag.Partitions[int],
	"Range": bag.Range, "Std": bag.Std[int], "Sum": bag.Sum[int], "TopK": bag.TopK[int],
	"TopKBy": (*bag.Bag[int]).TopKBy[int], "TryMap": (*bag.Bag[int]).TryMap[int], "Var": bag.Var[int], "Zip": bag.Zip[int, int],
}

// exported lists them, from the package's files.
func exported(t *testing.T) (names []string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.IsExported() && (fn.Recv == nil || fn.Type.TypeParams != nil) {
				names = append(names, fn.Name.Name)
			}
		}
	}
	return names
}

// erring is what keeps a mistake.
type erring interface{ Err() error }

// tried calls f with zero arguments: nil functions, nil arrays, nil options. It must not panic, and if it was given
// anything nil in the place of an array or a function, what it returns must say so.
func tried(t *testing.T, f reflect.Value) {
	t.Helper()
	triedWith(t, f, reflect.ValueOf(t.Context()))
	for i := range f.Type().NumIn() {
		if f.Type().In(i) == reflect.TypeFor[context.Context]() {
			triedWith(t, f, reflect.Zero(reflect.TypeFor[context.Context]()))
		}
	}
}

func triedWith(t *testing.T, f, ctx reflect.Value) {
	t.Helper()
	var in []reflect.Value
	bad := false
	for i := range f.Type().NumIn() {
		p := f.Type().In(i)
		if f.Type().IsVariadic() && i == f.Type().NumIn()-1 {
			p = p.Elem() // one, which is nil
		}
		if p == reflect.TypeFor[context.Context]() {
			in = append(in, ctx)
			continue
		}
		if p == reflect.TypeFor[*sched.Plan]() { // what the engine gives
			in = append(in, reflect.ValueOf(sched.NewPlan()))
			continue
		}
		switch p.Kind() {
		case reflect.Func, reflect.Pointer, reflect.Interface:
			bad = bad || p != reflect.TypeFor[sched.Option]()
		}
		in = append(in, reflect.Zero(p))
	}
	defer func() {
		if p := recover(); p != nil {
			t.Errorf("panic: %v", p)
		}
	}()
	for _, out := range f.Call(in) {
		// Take takes nothing here, and Wait has nothing to wait for.
		idle := strings.HasSuffix(t.Name(), "/Take") || strings.HasSuffix(t.Name(), "/Wait")
		if err, ok := out.Interface().(error); ctx.IsNil() && !idle && out.Type() == reflect.TypeFor[error]() && (!ok || err == nil) {
			t.Errorf("no error with a nil context")
		}
		if e, ok := out.Interface().(erring); ok && bad && e.Err() == nil {
			t.Errorf("what was given nil has no error")
		}
	}
}

// Nothing exported panics when it is given nil, or called on a nil or a zero value.
func TestNil(t *testing.T) {
	for _, name := range exported(t) {
		if functions[name] == nil {
			t.Errorf("%s is missing from the table", name)
		}
	}
	for name, f := range functions {
		t.Run(name, func(t *testing.T) { tried(t, reflect.ValueOf(f)) })
	}
	for name, b := range map[string]any{"nil": (*bag.Bag[int])(nil), "zero": new(bag.Bag[int]), "bag": bag.Range(3, 1)} {
		v := reflect.ValueOf(b)
		for i := range v.NumMethod() {
			t.Run(name+"/"+v.Type().Method(i).Name, func(t *testing.T) { tried(t, v.Method(i)) })
		}
	}
	for name, b := range map[string]*bag.Bag[int]{"nil": nil, "zero": new(bag.Bag[int])} {
		got, err := b.Compute(t.Context())
		_, took := b.Take(t.Context(), 1)
		if got != nil || err == nil || took == nil || b.Err() == nil || b.Wait(t.Context()) == nil || !strings.Contains(b.String(), "is nil") {
			t.Errorf("%s: %v, %v, %v, %v, %v", name, got, err, took, b.Err(), b)
		}
		for x, err := range b.All(t.Context()) {
			if x != 0 || err == nil {
				t.Errorf("%s: %v, %v", name, x, err)
			}
		}
	}
}

// The error of a nil bag or function names the operation and the user's line.
func TestNilSaysWhere(t *testing.T) {
	some := bag.Range(3, 1)
	var none *bag.Bag[int]
	line := func(err error) string {
		return regexp.MustCompile(`nil_test\.go:[0-9]+`).ReplaceAllString(fmt.Sprint(err), "LINE")
	}
	for _, c := range []struct {
		want string
		err  error
	}{
		{"bag: map at LINE: the bag is nil", none.Map(func(i int) int { return i }).Err()},
		{"bag: map at LINE: a function is nil", some.Map[int](nil).Filter(func(int) bool { return true }).Err()},
		{"bag: filter at LINE: a function is nil", some.Filter(nil).Err()},
		{"bag: concat at LINE: the bag is nil", some.Concat(none).Err()},
		{"bag: zip at LINE: the bag is nil", bag.Zip(some, none).Err()},
		{"bag: foldby at LINE: a function is nil", some.FoldBy(func(i int) int { return i }, nil, func(i, j int) int { return i }, nil).Err()},
		{"bag: read at LINE: the source is nil", bag.FromSource[int](nil).Err()},
		{"bag: sum at LINE: the bag is nil", bag.Sum(none).Err()},
		{"bag: fold at LINE: a function is nil", some.Fold[int](nil, nil, nil).Err()},
	} {
		if line(c.err) != c.want {
			t.Errorf("%v, want %s", c.err, c.want)
		}
	}
}
