package bag

import "github.com/gomagpie/magpie/sched"

// sweep is the tasks of one plan that walk the partitions of one root, one task a partition. Everything in the plan
// that consumes elements from this root adds a sink, and each task runs all of them in a single pass. Sinks may be
// added after the tasks: a task looks at the list when it runs, which is after the plan is complete.
type sweep struct {
	root  *root
	plan  *sched.Plan
	op    sched.OpID
	tasks map[int]sched.TaskID
	sinks []sink
}

// sink is what one consumer wants of a sweep.
type sink struct {
	codec sched.Codec       // of its result; nil: it cannot be written
	guess func(p int) int64 // the bytes of partition p's result before it is there
	// open asks for elements in a pass and returns what gives, at the end of the pass, the partition's result.
	open func(ps *pass) (result func() (v any, bytes int64, err error))
}

// sweepOf returns the plan's sweep over r.
func sweepOf(plan *sched.Plan, r *root) (*sweep, error) {
	return sched.Share(plan, r, func() (*sweep, error) {
		s := &sweep{root: r, plan: plan, tasks: map[int]sched.TaskID{}}
		s.op = plan.Op(sched.Op{
			Name: r.stage.op, Site: r.stage.at, Run: s.do, Label: s.label, Bytes: s.guess, Codec: &outcomeCodec{codecs: s.codecs},
			Scratch: r.scratch,
		})
		return s, nil
	})
}

// add makes every task of the sweep feed k, and returns the index of k's result in theirs.
func (s *sweep) add(k sink) int {
	s.sinks = append(s.sinks, k)
	return len(s.sinks) - 1
}

// guess is what the results that can be written are expected to take. The others are counted by those who take them:
// spilling an outcome does not make them go.
func (s *sweep) guess(p int) (total int64) {
	for _, k := range s.sinks {
		if k.codec != nil {
			total += k.guess(p)
		}
	}
	return total
}

func (s *sweep) codecs() []sched.Codec {
	all := make([]sched.Codec, len(s.sinks))
	for i, k := range s.sinks {
		all[i] = k.codec
	}
	return all
}

// task returns the task of partition p; its result is an outcome with a value for each sink.
func (s *sweep) task(p int) (sched.TaskID, error) {
	if id, ok := s.tasks[p]; ok {
		return id, nil
	}
	var in []sched.TaskID
	if s.root.needs != nil {
		var err error
		if in, err = s.root.needs(s.plan, p); err != nil {
			return 0, err
		}
	}
	id := s.plan.Add(s.op, p, in...)
	s.tasks[p] = id
	return id, nil
}

func (s *sweep) label(p int) string {
	return s.root.name(p)
}

// do runs all sinks over one partition. A failure is laid at the door of the stage where it happened, not of the root.
// A panic is not recovered for that: Sync mode would lose its debugger.
func (s *sweep) do(t *sched.Task, in []any) (any, error) {
	ps := newPass(t.Context(), t.Arg(), in)
	ps.meter = &meter{t: t, booked: s.guess(t.Arg())}
	returned := false
	defer func() {
		if st := ps.current(); !returned && st != nil {
			t.At(st.op, st.at)
		}
	}()
	results := make([]func() (any, int64, error), len(s.sinks))
	for i, k := range s.sinks {
		results[i] = k.open(ps)
	}
	ps.at = 0
	err := ps.run()
	if err == nil {
		err = t.Err()
	}
	if err != nil {
		returned = true
		if se, ok := err.(*stageError); ok {
			t.At(se.stage.op, se.stage.at)
			err = se.err
		}
		return nil, err
	}
	out := make([]any, len(results))
	total := int64(0)
	for i, r := range results {
		v, n, err := r()
		if err != nil {
			returned = true
			return nil, err
		}
		if s.sinks[i].codec == nil {
			out[i] = &parked{v}
		} else {
			out[i], total = v, total+n
		}
	}
	if total > 0 {
		t.SetBytes(total)
	}
	returned = true
	return &outcome{vals: out}, nil
}
