package array_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/gomagpie/magpie/array"
	"github.com/gomagpie/magpie/sched"
)

func Example() {
	ctx := context.Background()
	x := array.Arange(0.0, 1_000_000, 1, array.Chunks(100_000))
	variance := x.Sub(x.Mean()).Square().Mean() // one pass for the mean and one for the rest
	v, err := variance.Item(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.1f\n", v)
	// Output: 83333333333.2
}

func ExampleFromSlice() {
	x := array.FromSlice([]int32{1, 2, 3, 4, 5, 6}, []int{2, 3})
	columns, err := x.Sum(array.Axis(0)).Compute(context.Background())
	fmt.Println(columns.Data(), err)
	// Output: [5 7 9] <nil>
}

func ExampleArray_Slice() {
	x := array.Arange(0, 10, 1)
	odd, _ := x.Slice(array.RangeStep(1, array.None, 2)).Compute(context.Background())
	back, _ := x.Slice(array.RangeStep(array.None, 5, -1)).Compute(context.Background())
	fmt.Println(odd.Data(), back.Data())
	// Output: [1 3 5 7 9] [9 8 7 6]
}

func ExampleArray_Persist() {
	ctx := context.Background()
	x := array.Sqrt(array.Arange(0.0, 100, 1)).Persist(ctx) // starts at once
	if err := x.Wait(ctx); err != nil {
		log.Fatal(err)
	}
	top, _ := x.Max().Item(ctx)
	low, _ := x.Min().Item(ctx)
	fmt.Printf("%.2f %v\n", top, low)
	// Output: 9.95 0
}

func ExampleArray_Err() {
	x, y := array.Zeros[float64]([]int{3}), array.Zeros[float64]([]int{4})
	_, err := x.Add(y).Sum().Item(context.Background())
	var e *array.Error
	fmt.Println(errors.As(err, &e), e.Op)
	fmt.Println(e.Err)
	// Output:
	// true add
	// shapes (3,) and (4,) do not broadcast: lengths 3 and 4
}

func ExampleMask() {
	x, y := array.Linspace(-1.0, 1, 401).ExpandDims(0), array.Linspace(-1.0, 1, 401).ExpandDims(1)
	inside := x.Square().Add(y.Square()).LessC(1)
	n, err := inside.Count().Item(context.Background(), sched.Sync())
	fmt.Printf("%.2f %v\n", 4*float64(n)/(400*400), err)
	// Output: 3.14 <nil>
}
