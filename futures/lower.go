package futures

import (
	"errors"

	"github.com/gomagpie/magpie/sched"
)

// node is a delayed value of any type, as a graph is walked. Walks keep their own stack: a chain of millions of calls is
// a graph like any other, and costs memory, not the goroutine's stack.
type node interface {
	fault() error
	// input returns the i-th input that is no plain value, or nil after the last.
	input(i int) operand
	add(p *sched.Plan, in []sched.TaskID) (sched.TaskID, error)
	String() string
	origin() sched.Sketcher
}

// input implements node.
func (d *Delayed[T]) input(i int) operand {
	if d.call == nil {
		return nil
	}
	for n := 0; ; n++ {
		p := d.call.port(n)
		if p == nil {
			return nil
		}
		if x := p.operand(); x != nil {
			if i == 0 {
				return x
			}
			i--
		}
	}
}

// errUnknown says that a plan has no task of a node yet.
var errUnknown = errors.New("futures: not lowered")

// lower adds the task of a delayed value to a plan after all that it needs, depth first, each once.
func lower(p *sched.Plan, root node) (sched.TaskID, error) {
	type visit struct {
		node
		in []sched.TaskID
	}
	stack := []visit{{node: root}}
	for {
		top := &stack[len(stack)-1]
		var id sched.TaskID
		var err error
		x := top.input(len(top.in))
		switch {
		case x == nil:
			id, err = sched.Share(p, top.node, func() (sched.TaskID, error) { return top.add(p, top.in) })
			if err != nil {
				return 0, err
			}
			if stack = stack[:len(stack)-1]; len(stack) == 0 {
				return id, nil
			}
			top = &stack[len(stack)-1]
		case x.node() == nil:
			h := x.(*handle)
			id = p.AddExternal(held{h.current(), h})
		default:
			n := x.node()
			if err = n.fault(); err != nil {
				return 0, err
			}
			if id, err = sched.Share(p, n, func() (sched.TaskID, error) { return 0, errUnknown }); err != nil {
				stack = append(stack, visit{node: n})
				continue
			}
		}
		top.in = append(top.in, id)
	}
}
