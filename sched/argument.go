package sched

import "fmt"

// maxInputsShown bounds the inputs that a TaskError prints.
const maxInputsShown = 16

// InputAt in [Op.Args] stands for the result of the task's input of that number, from 0.
type InputAt int

// Argument is what a function was called with: a plain value, or the result of the task that Key names.
type Argument struct {
	Key   string
	Value any
}

// arguer is a Body that can tell what its function was called with, for the error of a call that failed.
type arguer interface{ Args() []Argument }

// shown is descriptions of arguments, within a bound: a task may have a million inputs.
type shown struct {
	list []Input
	left int
}

func (s *shown) add(key string, v any) {
	if len(s.list) == maxInputsShown {
		s.left++
		return
	}
	s.list = append(s.list, Input{key, describe(v)})
}

func (s *shown) inputs() []Input {
	if s.left > 0 {
		return append(s.list, Input{Key: "…", Value: fmt.Sprintf("%d more", s.left)})
	}
	return s.list
}

// arguments prints what task t was called with.
func (g *Graph) arguments(t uint32, in []any) []Input {
	var s shown
	ids := g.inputs(t)
	args := g.ops[g.op(t)].Args
	for _, a := range args {
		if at, ok := a.(InputAt); ok && int(at) < len(ids) {
			s.add(g.Key(TaskID(ids[at])), in[at])
		} else {
			s.add("", a)
		}
	}
	if args == nil {
		for i, q := range ids {
			s.add(g.Key(TaskID(q)), in[i])
		}
	}
	return s.inputs()
}

// failed returns the error of the future whose function failed with err.
func (f *Future) failed(err error) *TaskError {
	te := &TaskError{Key: f.Key(), Op: f.name, Site: f.site, Err: err, future: f}
	if a, ok := f.body.(arguer); ok {
		var s shown
		for _, x := range a.Args() {
			s.add(x.Key, x.Value)
		}
		te.Inputs = s.inputs()
	}
	return te
}
