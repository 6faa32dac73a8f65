package array_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/gomagpie/magpie/array"
	"github.com/gomagpie/magpie/sched"
)

// testdata/numpy.jsonl holds answers computed by NumPy 1.24: one case a line.

type numpyArray struct {
	DType string
	Shape []int
	Data  []any // numbers, booleans, or "nan", "inf", "-inf"
}

type numpyCase struct {
	Op   string
	Args struct {
		Axis, Axes, Shape, Index               json.RawMessage
		KeepDims                               bool
		DDof                                   int
		DType                                  string
		Min, Max, Start, Stop, Step            float64
		Fill                                   float64 `json:"fill_value"`
		Num, Axis1, Axis2, Source, Destination int
		Chunks                                 []int
	}
	In     []numpyArray
	Chunks [][]int
	Out    *numpyArray
	RTol   float64
	Error  string
}

// ints reads an integer or a list of them; null is nil.
func ints(raw json.RawMessage) []int {
	var one *int
	if json.Unmarshal(raw, &one) == nil {
		if one == nil {
			return nil
		}
		return []int{*one}
	}
	var list []int
	json.Unmarshal(raw, &list)
	return list
}

func number(v any) float64 {
	switch v := v.(type) {
	case float64:
		return v
	case bool:
		if v {
			return 1
		}
		return 0
	}
	return map[any]float64{"nan": math.NaN(), "inf": math.Inf(1), "-inf": math.Inf(-1)}[v]
}

// result is what a case computed: numbers as float64 (the data keeps to 53 bits).
type result struct {
	dtype string
	shape []int
	data  []float64
	err   error
}

func resultOf[T array.Number](x *array.Array[T], dtype string, opts []sched.Option) result {
	d, err := x.Compute(ctx, opts...)
	if err != nil {
		return result{err: err}
	}
	out := result{dtype, d.Shape(), nil, nil}
	for _, v := range d.Data() {
		out.data = append(out.data, float64(v))
	}
	return out
}

func resultOfMask(m *array.Mask, opts []sched.Option) result {
	d, err := m.Compute(ctx, opts...)
	if err != nil {
		return result{err: err}
	}
	out := result{"bool", d.Shape(), nil, nil}
	for _, v := range d.Data() {
		out.data = append(out.data, number(v))
	}
	return out
}

func arrayOf[T array.Number](in numpyArray, chunks []int) *array.Array[T] {
	data := make([]T, len(in.Data))
	for i, v := range in.Data {
		data[i] = T(number(v))
	}
	return array.FromSlice(data, in.Shape, array.Chunks(chunks...))
}

func maskOf(in numpyArray, chunks []int) *array.Mask {
	data := make([]bool, len(in.Data))
	for i, v := range in.Data {
		data[i] = v.(bool)
	}
	return array.MaskFromSlice(data, in.Shape, array.Chunks(chunks...))
}

func TestNumPy(t *testing.T) {
	f, err := os.Open("testdata/numpy.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, n := bufio.NewScanner(f), 0
	lines.Buffer(nil, 1<<20)
	for ; lines.Scan(); n++ {
		var c numpyCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		for name, opts := range modes {
			t.Run(fmt.Sprintf("%s/%d/%s", c.Op, n, name), func(t *testing.T) { c.check(t, opts) })
		}
	}
	if n < 200 || lines.Err() != nil {
		t.Fatal(n, "cases", lines.Err())
	}
}

func (c *numpyCase) check(t *testing.T, opts []sched.Option) {
	var got result
	dtype := "float64"
	if len(c.In) > 0 {
		dtype = c.In[len(c.In)-1].DType
	}
	switch dtype {
	case "bool":
		got = c.runMask(t, opts)
	case "float64":
		got = runFloat[float64](t, c, dtype, opts)
	case "float32":
		got = runFloat[float32](t, c, dtype, opts)
	case "int8":
		got = run[int8](t, c, dtype, opts)
	case "int16":
		got = run[int16](t, c, dtype, opts)
	case "int32":
		got = run[int32](t, c, dtype, opts)
	case "int64":
		got = run[int64](t, c, dtype, opts)
	case "uint8":
		got = run[uint8](t, c, dtype, opts)
	default:
		t.Fatal("element type", dtype)
	}
	if c.Error != "" {
		if got.err == nil {
			t.Fatalf("no error; want: %s", c.Error)
		}
		return
	}
	if got.err != nil {
		t.Fatal(got.err)
	}
	if got.dtype != c.Out.DType || !slices.Equal(got.shape, c.Out.Shape) {
		t.Fatalf("%s %v, want %s %v", got.dtype, got.shape, c.Out.DType, c.Out.Shape)
	}
	for i, v := range c.Out.Data {
		if want := number(v); !near(got.data[i], want, c.RTol) {
			t.Fatalf("element %d: %v, want %v", i, got.data[i], want)
		}
	}
}

// near reports whether got is want within the relative error tol.
func near(got, want, tol float64) bool {
	return got == want || got != got && want != want || math.Abs(got-want) <= tol*math.Max(1, math.Abs(want))
}

func (c *numpyCase) runMask(t *testing.T, opts []sched.Option) result {
	m := maskOf(c.In[0], c.Chunks[0])
	var o *array.Mask
	if len(c.In) > 1 {
		o = maskOf(c.In[1], c.Chunks[1])
	}
	switch c.Op {
	case "any":
		return resultOfMask(m.Any(c.reduceOptions()...), opts)
	case "all":
		return resultOfMask(m.All(c.reduceOptions()...), opts)
	case "count_nonzero":
		return resultOf(m.Count(c.reduceOptions()...), "int64", opts)
	case "logical_and":
		return resultOfMask(m.And(o), opts)
	case "logical_or":
		return resultOfMask(m.Or(o), opts)
	case "logical_xor":
		return resultOfMask(m.Xor(o), opts)
	}
	t.Fatal("operation ", c.Op)
	return result{}
}

func (c *numpyCase) reduceOptions() []array.ReduceOption {
	o := []array.ReduceOption{array.DDof(c.Args.DDof)}
	if axes := ints(c.Args.Axis); axes != nil {
		o = append(o, array.Axis(axes...))
	}
	if c.Args.KeepDims {
		o = append(o, array.KeepDims())
	}
	return o
}

// index reads the selections of a getitem: a number, null, or three bounds that may be null.
func (c *numpyCase) index() []array.Slice {
	var raw []json.RawMessage
	json.Unmarshal(c.Args.Index, &raw)
	var out []array.Slice
	for _, r := range raw {
		var i *int
		if json.Unmarshal(r, &i) == nil {
			if i == nil {
				out = append(out, array.All())
			} else {
				out = append(out, array.Index(*i))
			}
			continue
		}
		var b [3]*int
		json.Unmarshal(r, &b)
		bound := func(p *int, none int) int {
			if p == nil {
				return none
			}
			return *p
		}
		out = append(out, array.RangeStep(bound(b[0], array.None), bound(b[1], array.None), bound(b[2], 1)))
	}
	return out
}

func runFloat[T array.Float](t *testing.T, c *numpyCase, dtype string, opts []sched.Option) result {
	var x, y *array.Array[T]
	for i, in := range c.In {
		if in.DType != "bool" {
			x, y = y, arrayOf[T](in, c.Chunks[i])
		}
	}
	if x == nil {
		x = y
	}
	one := map[string]func(*array.Array[T]) *array.Array[T]{
		"sqrt": array.Sqrt[T], "cbrt": array.Cbrt[T], "log": array.Log[T], "log1p": array.Log1p[T], "log2": array.Log2[T], "log10": array.Log10[T],
		"exp": array.Exp[T], "expm1": array.Expm1[T], "sin": array.Sin[T], "cos": array.Cos[T], "tan": array.Tan[T], "arcsin": array.Asin[T],
		"arctan": array.Atan[T], "sinh": array.Sinh[T], "cosh": array.Cosh[T], "tanh": array.Tanh[T], "floor": array.Floor[T],
		"ceil": array.Ceil[T], "trunc": array.Trunc[T], "rint": array.Round[T]}
	two := map[string]func(x, y *array.Array[T]) *array.Array[T]{"power": array.Pow[T], "arctan2": array.Atan2[T], "hypot": array.Hypot[T]}
	if f := one[c.Op]; f != nil {
		return resultOf(f(x), dtype, opts)
	}
	if f := two[c.Op]; f != nil {
		return resultOf(f(x, y), dtype, opts)
	}
	a := c.Args
	switch c.Op {
	case "linspace":
		return resultOf(array.Linspace(T(a.Start), T(a.Stop), a.Num), dtype, opts)
	case "divide":
		return resultOf(x.Div(y), dtype, opts)
	}
	return run[T](t, c, dtype, opts)
}

func run[T array.Number](t *testing.T, c *numpyCase, dtype string, opts []sched.Option) result {
	var x, y *array.Array[T]
	for i, in := range c.In {
		if in.DType != "bool" {
			x, y = y, arrayOf[T](in, c.Chunks[i])
		}
	}
	if x == nil {
		x = y
	}
	a, o := c.Args, c.reduceOptions()
	same := map[string]func() *array.Array[T]{
		"sum": func() *array.Array[T] { return x.Sum(o...) }, "prod": func() *array.Array[T] { return x.Prod(o...) },
		"min": func() *array.Array[T] { return x.Min(o...) }, "max": func() *array.Array[T] { return x.Max(o...) },
		"add": func() *array.Array[T] { return x.Add(y) }, "subtract": func() *array.Array[T] { return x.Sub(y) },
		"multiply": func() *array.Array[T] { return x.Mul(y) }, "floor_divide": func() *array.Array[T] { return x.FloorDiv(y) },
		"mod": func() *array.Array[T] { return x.Mod(y) }, "minimum": func() *array.Array[T] { return x.Minimum(y) },
		"maximum": func() *array.Array[T] { return x.Maximum(y) },
		"abs":     func() *array.Array[T] { return x.Abs() }, "negative": func() *array.Array[T] { return x.Neg() },
		"sign": func() *array.Array[T] { return x.Sign() }, "square": func() *array.Array[T] { return x.Square() },
		"clip":         func() *array.Array[T] { return x.Clip(T(a.Min), T(a.Max)) },
		"getitem":      func() *array.Array[T] { return x.Slice(c.index()...) },
		"flip":         func() *array.Array[T] { return x.Flip(ints(a.Axis)...) },
		"transpose":    func() *array.Array[T] { return x.Transpose(ints(a.Axes)...) },
		"swapaxes":     func() *array.Array[T] { return x.SwapAxes(a.Axis1, a.Axis2) },
		"moveaxis":     func() *array.Array[T] { return x.MoveAxis(a.Source, a.Destination) },
		"expand_dims":  func() *array.Array[T] { return x.ExpandDims(ints(a.Axis)[0]) },
		"squeeze":      func() *array.Array[T] { return x.Squeeze(ints(a.Axis)...) },
		"rechunk":      func() *array.Array[T] { return x.Rechunk(a.Chunks...) },
		"broadcast_to": func() *array.Array[T] { return x.BroadcastTo(ints(a.Shape)) },
		"where":        func() *array.Array[T] { return array.Where(maskOf(c.In[0], c.Chunks[0]), x, y) },
		"arange":       func() *array.Array[T] { return array.Arange(T(a.Start), T(a.Stop), T(a.Step)) },
		"zeros":        func() *array.Array[T] { return array.Zeros[T](ints(a.Shape)) },
		"ones":         func() *array.Array[T] { return array.Ones[T](ints(a.Shape)) },
		"full":         func() *array.Array[T] { return array.Full(T(a.Fill), ints(a.Shape)) },
		"concatenate":  func() *array.Array[T] { return array.Concatenate(ints(a.Axis)[0], arraysOf[T](c)...) },
		"stack":        func() *array.Array[T] { return array.Stack(ints(a.Axis)[0], arraysOf[T](c)...) },
	}
	float := map[string]func() *array.Array[float64]{
		"mean": func() *array.Array[float64] { return x.Mean(o...) }, "var": func() *array.Array[float64] { return x.Var(o...) },
		"std": func() *array.Array[float64] { return x.Std(o...) }}
	index := map[string]func() *array.Array[int64]{
		"argmin": func() *array.Array[int64] { return x.ArgMin(o...) }, "argmax": func() *array.Array[int64] { return x.ArgMax(o...) }}
	mask := map[string]func() *array.Mask{
		"less": func() *array.Mask { return x.Less(y) }, "less_equal": func() *array.Mask { return x.LessEqual(y) },
		"greater": func() *array.Mask { return x.Greater(y) }, "greater_equal": func() *array.Mask { return x.GreaterEqual(y) },
		"equal": func() *array.Mask { return x.Equal(y) }, "not_equal": func() *array.Mask { return x.NotEqual(y) },
		"isnan": x.IsNaN, "isinf": x.IsInf, "isfinite": x.IsFinite}
	switch {
	case same[c.Op] != nil:
		return resultOf(same[c.Op](), dtype, opts)
	case float[c.Op] != nil:
		return resultOf(float[c.Op](), "float64", opts)
	case index[c.Op] != nil:
		return resultOf(index[c.Op](), "int64", opts)
	case mask[c.Op] != nil:
		return resultOfMask(mask[c.Op](), opts)
	case c.Op == "astype" && a.DType == "int64":
		return resultOf(x.AsType[int64](), "int64", opts)
	case c.Op == "astype" && a.DType == "float32":
		return resultOf(x.AsType[float32](), "float32", opts)
	case c.Op == "astype" && a.DType == "float64":
		return resultOf(x.AsType[float64](), "float64", opts)
	case c.Op == "astype" && a.DType == "int32":
		return resultOf(x.AsType[int32](), "int32", opts)
	}
	t.Fatal("operation ", c.Op, a.DType)
	return result{}
}

func arraysOf[T array.Number](c *numpyCase) []*array.Array[T] {
	var out []*array.Array[T]
	for i, in := range c.In {
		out = append(out, arrayOf[T](in, c.Chunks[i]))
	}
	return out
}
