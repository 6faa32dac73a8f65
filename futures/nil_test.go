package futures_test

import (
	"context"
	"reflect"
	"testing"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

// No method of a nil or zero Future or Delayed panics or waits, and what they give says that it is none.
func TestNothing(t *testing.T) {
	ctx := t.Context()
	for name, x := range map[string]any{
		"nil Future": (*futures.Future[int])(nil), "zero Future": new(futures.Future[int]),
		"nil Delayed": (*futures.Delayed[int])(nil), "zero Delayed": new(futures.Delayed[int]),
	} {
		v := reflect.ValueOf(x)
		for i := range v.NumMethod() {
			method := v.Type().Method(i).Name
			f := v.Method(i)
			in := make([]reflect.Value, 0, 2)
			for k := range f.Type().NumIn() {
				switch p := f.Type().In(k); {
				case p == reflect.TypeFor[context.Context]():
					in = append(in, reflect.ValueOf(ctx))
				case p == reflect.TypeFor[*sched.Plan]():
					in = append(in, reflect.ValueOf(sched.NewPlan()))
				case f.Type().IsVariadic() && k == f.Type().NumIn()-1:
				default:
					in = append(in, reflect.Zero(p))
				}
			}
			func() {
				defer func() {
					if p := recover(); p != nil {
						t.Errorf("%s of a %s: %v", method, name, p)
					}
				}()
				soon(t, func() {
					for _, out := range f.Call(in) {
						if e, ok := out.Interface().(interface{ Err() error }); ok && method != "Delayed" && method != "Name" && e.Err() == nil {
							t.Errorf("%s of a %s gives what has no error", method, name)
						}
					}
				})
			}()
		}
	}
	var f *futures.Future[int]
	var d *futures.Delayed[int]
	for what, call := range map[string]func() error{
		"Result":      func() error { _, err := f.Result(ctx); return err },
		"zero Result": func() error { _, err := new(futures.Future[int]).Result(ctx); return err },
		"Compute":     func() error { _, err := d.Compute(ctx); return err },
		"Start":       func() error { _, err := d.Start(ctx).Result(ctx); return err },
		"Persist":     func() error { return d.Persist(ctx).Wait(ctx) },
		"Then":        func() error { _, err := d.Then(inc).Compute(ctx); return err },
		"input":       func() error { _, err := futures.Delay1(inc, new(futures.Delayed[int])).Compute(ctx); return err },
		"future":      func() error { _, err := futures.Delay1(inc, new(futures.Future[int])).Compute(ctx); return err },
		"started": func() error {
			_, err := futures.Delay1(inc, new(futures.Future[int])).Start(ctx).Result(ctx)
			return err
		},
		"Err":   f.Err,
		"d.Err": d.Err,
	} {
		if call() == nil {
			t.Error(what, "gives no error")
		}
	}
}
