package sched

// ledger adds up what everybody holds on an engine with a memory limit. It is guarded by the engine's memory lock.
type ledger struct {
	limit    int64 // how much may be held; never written again
	fitted   int   // how often what is held has come down to the limit
	held     int64 // bytes in memory, or booked for what will be
	promised int64 // of each account, the larger of what it holds and its reserve
	reserves int64
	pinned   int64 // of what nothing under way frees, and that cannot be spilled
	moving   int   // tasks that run, or can
	running  int   // tasks that run
}

// account is what one run holds, in a ledger that it has been entered in. What is added to an account is added to its
// ledger with it, so that nobody needs to add up all accounts: there may be many thousands.
type account struct {
	in      *ledger // nil: none, as yet or for ever
	held    int64
	reserve int64 // the holder may always use this much
	pinned  int64
	moving  int
	running int
}

// enter makes a part of l what the account holds from now on.
func (a *account) enter(l *ledger) {
	was := *a
	*a = account{in: l}
	a.set(was.held, was.reserve, was.pinned)
	a.moves(was.moving)
	a.runs(was.running)
}

// leave takes what the account holds out of its ledger.
func (a *account) leave() {
	a.set(0, 0, 0)
	a.moves(-a.moving)
	a.runs(-a.running)
	a.in = nil
}

func (a *account) set(held, reserve, pinned int64) {
	if l := a.in; l != nil {
		over := l.held > l.limit
		if l.held += held - a.held; over && l.held <= l.limit {
			l.fitted++
		}
		l.promised += max(held, reserve) - max(a.held, a.reserve)
		l.reserves += reserve - a.reserve
		l.pinned += pinned - a.pinned
	}
	a.held, a.reserve, a.pinned = held, reserve, pinned
}

// add notes that n bytes more are held.
func (a *account) add(n int64) { a.set(a.held+n, a.reserve, a.pinned) }

// moves notes that n tasks more run, or can.
func (a *account) moves(n int) {
	a.moving += n
	if a.in != nil {
		a.in.moving += n
	}
}

// runs notes that n tasks more run.
func (a *account) runs(n int) {
	a.running += n
	if a.in != nil {
		a.in.running += n
	}
}
