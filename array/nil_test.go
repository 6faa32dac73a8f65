package array_test

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

	"github.com/gomagpie/magpie/array"
	"github.com/gomagpie/magpie/sched"
)

// functions is every exported function of the package, and every method with type parameters of its own, which
// reflection does not list.
var functions = map[string]any{
	"All": array.All, "Arange": array.Arange[float64], "AsType": (*array.Array[float64]).AsType[int8], "Atan2": array.Atan2[float64],
	"Axis": array.Axis, "Acos": array.Acos[float64], "Asin": array.Asin[float64], "Atan": array.Atan[float64],
	"Cbrt": array.Cbrt[float64], "Ceil": array.Ceil[float64], "Chunks": array.Chunks, "Concatenate": array.Concatenate[float64],
	"Cos": array.Cos[float64], "Cosh": array.Cosh[float64], "DDof": array.DDof, "Exp": array.Exp[float64],
	"Exp2": array.Exp2[float64], "Expm1": array.Expm1[float64], "Floor": array.Floor[float64], "FromReader": array.FromReader[float64],
	"FromSlice": array.FromSlice[float64], "Full": array.Full[float64], "Hypot": array.Hypot[float64], "Index": array.Index,
	"KeepDims": array.KeepDims, "Linspace": array.Linspace[float64], "Log": array.Log[float64], "Log10": array.Log10[float64],
	"Log1p": array.Log1p[float64], "Log2": array.Log2[float64], "Map": (*array.Array[float64]).Map[float64],
	"MapSlices": (*array.Array[float64]).MapSlices[float64], "MaskFromSlice": array.MaskFromSlice, "Ones": array.Ones[float64],
	"Pow": array.Pow[float64], "Range": array.Range, "RangeStep": array.RangeStep, "Round": array.Round[float64],
	"Sin": array.Sin[float64], "Sinh": array.Sinh[float64], "Sqrt": array.Sqrt[float64], "Stack": array.Stack[float64],
	"Tan": array.Tan[float64], "Tanh": array.Tanh[float64], "Trunc": array.Trunc[float64], "Where": array.Where[float64],
	"Zeros": array.Zeros[float64],
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
	ones := array.Ones[float64]([]int{3})
	for name, x := range map[string]any{
		"nil array": (*array.Array[float64])(nil), "zero array": new(array.Array[float64]), "array": ones,
		"nil mask": (*array.Mask)(nil), "zero mask": new(array.Mask), "mask": ones.Less(ones),
	} {
		v := reflect.ValueOf(x)
		for i := range v.NumMethod() {
			m := v.Type().Method(i)
			t.Run(name+"/"+m.Name, func(t *testing.T) {
				tried(t, v.Method(i))
				if name == "array" || name == "mask" || t.Failed() {
					return
				}
				// What is made of nothing says so, with the operation, and computes to an error.
				var args []reflect.Value
				for k := range v.Method(i).Type().NumIn() {
					p := v.Method(i).Type().In(k)
					if p == reflect.TypeOf(ones) {
						args = append(args, reflect.ValueOf(ones))
					} else if !v.Method(i).Type().IsVariadic() || k < v.Method(i).Type().NumIn()-1 {
						if p.Kind() == reflect.Interface || p == reflect.TypeFor[*sched.Plan]() {
							return
						}
						args = append(args, reflect.Zero(p))
					}
				}
				for _, out := range v.Method(i).Call(args) {
					if e, ok := out.Interface().(erring); ok && (e.Err() == nil || !strings.Contains(e.Err().Error(), "is nil")) {
						t.Errorf("the error is %v", e.Err())
					}
				}
			})
		}
	}
}

// The error of a nil operand names the operation and the user's line.
func TestNilSaysWhere(t *testing.T) {
	ones := array.Ones[float64]([]int{3})
	var none *array.Array[float64]
	line := func(err error) string {
		return regexp.MustCompile(`nil_test\.go:1[4-9][0-9]`).ReplaceAllString(fmt.Sprint(err), "LINE")
	}
	for _, c := range []struct {
		want string
		x    *array.Array[float64]
	}{
		{"array: add at LINE: the array is nil", ones.Add(none)},
		{"array: add at LINE: the array is nil", none.Add(ones).Neg()},
		{"array: map at LINE: the function is nil", ones.Map[float64](nil)},
		{"array: where at LINE: the mask is nil", array.Where(nil, ones, ones)},
		{"array: read at LINE: the reader is nil", array.FromReader[float64](nil, []int{1})},
		{"array: swapaxes at LINE: the array is nil", none.SwapAxes(0, 1)},
		{"array: stack at LINE: the array is nil", array.Stack(0, ones, none)},
		{"array: concatenate at LINE: the array is nil", array.Concatenate(0, none, ones)},
	} {
		x, want := c.x, c.want
		if line(x.Err()) != want {
			t.Errorf("%v, want %s", x.Err(), want)
		}
		if _, err := x.Sum().Item(t.Context()); line(err) != want {
			t.Errorf("computed: %v, want %s", err, want)
		}
	}
	if _, err := none.Compute(t.Context()); err == nil {
		t.Error("a nil array was computed")
	}
}
