/*
The protocol of seats, for SPIN: seat.go, park.go, and what frame.go, task.go and monitor.go do with seats. check.sh runs
it: the protocol as it stands must pass, and every variant with BUG set must fail.

What is modelled. srch and act are the two counts of the packed word: one step changes or reads both. inj is work in the
injector and ring is work in the queues of seats and runs; anyWork looks at one after the other, so work may come between
the looks. mu is seats.mu, xmu the mutex of each executor; where what is done under one is seen from outside as one step,
it is one. An executor that does not exist yet is one that sleeps. Who stands in line is known, in which order is not: any
of them may be the first. Sweeps are one round long, which is the worst case: more rounds only find more.

What tasks do, chosen freely within a budget for each: end; SPAWN work; HIDE work in the private stack of their seat,
which nobody sees but who sits there, when he searches; BLOCK, which gives the seat away until all such work has begun, and
claims one again; start a SIDE goroutine, which does the same, and may outlive the task; be STUCK, which is to wait for
the same without saying so; NAP, which is to be parked, and go on at any time; or LONG, never end while holding the seat: nobody may count on a running task to end soon.

The claim. When nothing moves any more, no work is left, or every seat is held by a task that does not end; nobody stands
in line and nobody waits; executors hold no seat. Besides: who is outside of a function of the user's has a seat, and its
queue is touched by nobody else; a seat that is left is empty; at most one wake-up is under way; no count drops below zero;
a task of which a goroutine waits holds no seat.
*/
#ifndef LIMIT
#define LIMIT 2 /* seats */
#endif
#ifndef PRODUCERS
#define PRODUCERS 1
#endif
#ifndef ITEMS
#define ITEMS 2
#endif
#ifndef SPAWN
#define SPAWN 0
#endif
#ifndef BLOCK
#define BLOCK 0
#endif
#ifndef SIDE
#define SIDE 0
#endif
#ifndef STUCK
#define STUCK 0
#endif
#ifndef NAP
#define NAP 0
#endif
#ifndef LONG
#define LONG 0
#endif
#ifndef HIDE
#define HIDE 0
#endif
#ifndef CLOSE
#define CLOSE 0
#endif
#ifndef BUG
#define BUG 0
#endif
/*
BUG 1: an executor that goes to sleep as the last searcher does not look again
    2: who gives its seat away does not look
    3: a waker does not read the word again under the lock
    4: a producer does not look
    5: who is woken is not counted as searching before it searches
    6: the last searcher that finds work wakes nobody
    7: Close does not wake those that sleep
    8: who gives its seat away does not shed what the seat hides
    9: a seat that is left is free, whoever stands in line
   10: an executor that sleeps does not shed what its seat hides
   11: a task that returns does not claim the seat it has given away
   12: a goroutine claims the seat after it has let go of its executor's mutex
   13: a goroutine that waits leaves a claim of the same task in the line
   14: the monitor does not have the task look when it returns
   15: the monitor takes seats from who has left the function
   16: there is no monitor
   17: a task that returns leaves its seat to the goroutines that it leaves behind
*/
#define E (LIMIT + BLOCK + SIDE + STUCK + NAP) /* executors: as many as seats, and one for each that may be without */

byte inj, ring;
byte srch, act, nfree = LIMIT, lined; /* lined: claims in the line */
bool mu, stop;
bool seat[E];   /* it holds one */
bool asleep[E]; /* on the list of sleepers */
byte token[E];  /* its channel */
byte waking;    /* executors woken by a waker that search for the first time since */
bool fresh[E];
byte ended, gone, closed;
byte spawn = SPAWN, block = BLOCK, sides = SIDE, stuck = STUCK, naps = NAP, longs = LONG, hide = HIDE;
byte priv[E];   /* work hidden in the stack of its seat */
byte unbegun;   /* that, wherever it is now */
byte shown;     /* such work that was shed: anybody may take it */

bool xmu[E];
byte claims[E]; /* claims for it in the line */
byte claimed[E + SIDE]; /* for each goroutine, the executor it stands in line for, + 1 */
byte waits[E];  /* goroutines of its task that wait: executor.waits and frame.waits */
byte gen[E];    /* which call it is in */
bool open[E], inside[E], special[E], parked[E];
byte idlers;    /* goroutines that wait for work that is hidden */

#define CHECK(n) assert(n > 0); n--
#define enough (srch != 0 || act >= LIMIT)
#define hidden(i) (priv[i] > 0)

/* Any i of the executors for which f[i]. */
#define ANY(f) \
	:: f[0] > 0 -> k = 0 \
	:: E > 1 && f[1 % E] > 0 -> k = 1 % E \
	:: E > 2 && f[2 % E] > 0 -> k = 2 % E \
	:: E > 3 && f[3 % E] > 0 -> k = 3 % E

inline wakeIfNeeded() {
	if
	:: !enough ->
		atomic { !mu -> mu = 1 }
		go = (BUG == 3 || !enough);
		atomic {
			if
			:: go && !stop && nfree > 0 ->
				nfree--;
				if
				ANY(asleep)
				:: else -> assert(false)
				fi;
				asleep[k] = 0; fresh[k] = 1; waking++;
				assert(waking == 1 && !seat[k] && token[k] == 0);
				seat[k] = 1; act++; token[k] = 1;
				if
				:: BUG != 5 -> srch++
				:: else
				fi;
				k = 0
			:: else
			fi;
			go = 0; mu = 0
		}
	:: else
	fi
}

inline anyWork() {
	any = (inj > 0);
	if
	:: !any -> any = (ring > 0)
	:: else
	fi;
#if HIDE
	if
	:: !any -> any = (shown > 0)
	:: else
	fi
#endif
}

inline left() {
#if BUG != 2
	anyWork();
	if
	:: any -> any = 0; wakeIfNeeded()
	:: else
	fi
#else
	skip
#endif
}

/* shed: seat.clear and lane.expose. Nobody is woken here. */
inline shed(x, bug) {
	atomic {
		if
		:: BUG != bug -> shown = shown + priv[x]; priv[x] = 0
		:: else
		fi
	}
}

/* answerLocked and leaveLocked are within mu, in one step. */
inline answerLocked(x) {
	j = 0;
	do
	:: j < E + SIDE ->
		if
		:: claimed[j] == x + 1 -> claimed[j] = 0
		:: else
		fi;
		j++
	:: else -> j = 0; break
	od;
	lined = lined - claims[x]; claims[x] = 0
}

inline leaveLocked(x) {
	assert(seat[x] && priv[x] == 0);
	seat[x] = 0;
	if
	:: lined == 0 || BUG == 9 -> nfree++; CHECK(act)
	:: else ->
		if
		ANY(claims)
		fi;
		assert(!seat[k]);
		seat[k] = 1;
		answerLocked(k);
		k = 0
	fi
}

inline claim(x) {
	atomic {
		!mu;
		if
		:: seat[x]
		:: !seat[x] && nfree > 0 -> nfree--; seat[x] = 1; act++
		:: else -> claims[x]++; lined++; claimed[me] = x + 1
		fi
	}
}

inline lock(x) { atomic { !xmu[x] -> xmu[x] = 1 } }

/* give: xmu[x] is held, and let go */
inline give(x) {
	if
	:: seat[x] -> shed(x, 8)
	:: else
	fi;
	atomic {
		!mu;
		if
		:: seat[x] -> leaveLocked(x)
		:: !seat[x] && BUG != 13 -> answerLocked(x)
		:: else
		fi;
		xmu[x] = 0
	}
	left()
}

/* what a goroutine of x's task does that waits, declared; xmu[x] is held, and let go */
inline waitDeclared(x, call) {
	waits[x]++;
	if
	:: waits[x] == 1 -> give(x)
	:: else -> assert(!seat[x]); xmu[x] = 0
	fi;
	idlers++;
	atomic { unbegun == 0 -> idlers-- }
	lock(x);
	if
	:: call != gen[x] || !open[x] -> xmu[x] = 0 /* the task has returned */
	:: else ->
		atomic { CHECK(waits[x]) }
		go = (waits[x] == 0);
		if
		:: BUG == 12 -> xmu[x] = 0
		:: else
		fi;
		if
		:: go -> claim(x)
		:: else
		fi;
		go = 0;
		xmu[x] = 0;
		claimed[me] == 0
	fi
}

proctype side(byte id, call, me) {
	byte k, j;
	bool go, any;
	lock(id);
	if
	:: call != gen[id] || !open[id] -> xmu[id] = 0
	:: else -> waitDeclared(id, call)
	fi;
	/* and again, so that one of a task claims while another gives */
	lock(id);
	if
	:: call != gen[id] || !open[id] -> xmu[id] = 0
	:: else -> waitDeclared(id, call)
	fi;
	gone++
}

inline runTask() {
	atomic { assert(seat[id] && !open[id] && waits[id] == 0); open[id] = 1; inside[id] = 1 }
	do
	:: break
	:: atomic { spawn > 0 -> spawn-- }; ring++; wakeIfNeeded()
#if HIDE
	:: atomic { hide > 0 -> hide--; special[id] = 1; unbegun++ };
		lock(id);
		atomic {
			if
			:: seat[id] -> priv[id]++
			:: else -> shown++; any = 1
			fi;
			xmu[id] = 0
		}
		if
		:: any -> any = 0; wakeIfNeeded()
		:: else
		fi
#endif
#if BLOCK
	:: atomic { block > 0 -> block--; special[id] = 1 }; lock(id); waitDeclared(id, gen[id])
#endif
#if SIDE
	:: atomic { sides > 0 -> sides--; special[id] = 1; run side(id, gen[id], E + sides) }
#endif
#if STUCK
	:: atomic { stuck > 0 -> stuck--; parked[id] = 1; idlers++ };
		atomic { unbegun == 0 -> parked[id] = 0; idlers-- }
#endif
#if NAP
	:: atomic { naps > 0 -> naps--; parked[id] = 1 }; parked[id] = 0
#endif
#if LONG
	:: atomic { longs > 0 -> longs--; ended++ }; goto end_long
#endif
	od;
	ended++;
	inside[id] = 0; /* Task.leave */
	if
	:: special[id] -> /* regain */
		lock(id);
		atomic {
			special[id] = 0;
			if
			:: BUG != 17 -> waits[id] = 0
			:: else
			fi;
			open[id] = 0; gen[id]++; xmu[id] = 0
		}
		if
		:: !seat[id] && BUG != 11 ->
			claim(id);
			claimed[me] == 0
		:: else
		fi
	:: else -> atomic { open[id] = 0; gen[id]++ }
	fi;
	assert(seat[id]);
	special[id] = 0 /* Task.forget */
}

/* found */
inline found() {
	atomic { CHECK(srch); any = (srch == 0) }
	if
	:: any && BUG != 6 ->
		anyWork();
		if
		:: any -> any = 0; wakeIfNeeded()
		:: else
		fi
	:: else -> any = 0
	fi
}

proctype producer() {
	byte n, k;
	bool go;
	do
	:: n < ITEMS -> inj++; n++;
#if BUG != 4
		wakeIfNeeded()
#endif
	:: else -> break
	od;
	gone++
}

proctype executor(byte id, me) {
	byte k, j;
	bool go, any, got;
	goto end_asleep;
search:
	assert(seat[id]);
	if
	:: stop || lined > 0 -> goto park
	:: else
	fi;
	atomic { got = (inj > 0); inj = inj - got }
	if
	:: !got -> atomic { got = (ring > 0); ring = ring - got }
	:: else
	fi;
#if HIDE
	if
	:: !got -> atomic { got = (priv[id] > 0); priv[id] = priv[id] - got; unbegun = unbegun - got; ended = ended - got }
	:: else
	fi;
	if
	:: !got -> atomic { got = (shown > 0); shown = shown - got; unbegun = unbegun - got; ended = ended - got }
	:: else
	fi;
#endif
	if
	:: got ->
		got = 0;
		atomic { waking = waking - fresh[id]; fresh[id] = 0 }
		found();
		runTask();
		srch++;
		goto search
	:: else
	fi;
park:
	shed(id, 10);
	atomic { !mu -> mu = 1; waking = waking - fresh[id]; fresh[id] = 0 }
	atomic { CHECK(srch) }
	atomic { leaveLocked(id) }
	atomic {
		if
		:: stop -> mu = 0; goto end_stopped
		:: else
		fi;
		asleep[id] = 1;
		any = !enough;
		mu = 0
	}
#if BUG == 1
	any = 0;
#endif
	if
	:: any ->
		anyWork();
		if
		:: any ->
			any = 0;
			atomic {
				!mu;
				if
				:: asleep[id] && nfree > 0 && !stop ->
					asleep[id] = 0; nfree--; seat[id] = 1; srch++; act++; goto search
				:: else
				fi
			}
		:: else
		fi
	:: else
	fi;
end_asleep:
	atomic { token[id] > 0 -> token[id]-- }
#if BUG == 5
	srch++;
#endif
	if
	:: !seat[id] -> goto end_stopped
	:: else -> goto search
	fi;
end_long:
	false;
end_stopped:
	closed++
}

#if (STUCK || NAP) && BUG != 16
#define stands(i) (parked[i % E] && inside[i % E] && seat[i % E])
#define wanted (lined > 0 || (act >= LIMIT && inj + ring + shown > 0))
/* It comes round for ever; here only when there is something to do for it. */
proctype monitor() {
	byte k, j, x;
	bool go, any, look;
end_watch:
	do
	:: atomic {
		(stands(0) && (wanted || hidden(0))) || (stands(1) && (wanted || hidden(1 % E))) || (stands(2) && (wanted || hidden(2 % E)));
		if
		:: stands(0) -> x = 0
		:: stands(1) -> x = 1 % E
		:: stands(2) -> x = 2 % E
		fi }
#if BUG != 14
		special[x] = 1;
#endif
		/* The world is stopped. Who is parked now may go on after this; who has left the function before may not have
		seen special. */
		atomic { look = (parked[x] && inside[x]) || (BUG == 15) }
		if
		:: look ->
			atomic {
				if
				:: !xmu[x] -> xmu[x] = 1
				:: else -> look = 0
				fi
			}
		:: else
		fi;
		if
		:: look ->
			look = (seat[x] && (special[x] || BUG == 14));
			if
			:: look ->
				shed(x, 99);
				atomic { !mu; leaveLocked(x) }
			:: else
			fi;
			xmu[x] = 0;
			if
			:: look -> left()
			:: else
			fi;
			look = 0
		:: else
		fi
	od
}
#endif

/* Engine.close, once no work comes from outside any more. */
proctype closer() {
	byte k;
	gone == PRODUCERS;
	atomic { !mu; stop = 1;
#if BUG != 7
		k = 0;
		do
		:: k < E -> token[k] = token[k] + asleep[k]; asleep[k] = 0; k++
		:: else -> break
		od
#endif
	}
}

init {
	byte i;
	atomic {
		i = 0;
		do :: i < E -> asleep[i] = 1; run executor(i, i); i++ :: else -> break od;
		i = 0;
		do :: i < PRODUCERS -> run producer(); i++ :: else -> break od;
#if (STUCK || NAP) && BUG != 16
		run monitor();
#endif
#if CLOSE
		run closer();
#endif
		i = 0
	}
	timeout;
#if CLOSE
	assert(closed == E - (LONG - longs)) /* all executors have ended, but those that run a task */
#else
	/* Nothing moves. A seat is held at the end by a task that does not end, and by nobody else. */
	assert(!mu && act == LONG - longs && srch == 0 && nfree == LIMIT - act);
	assert((inj == 0 && ring == 0 && shown == 0) || act >= LIMIT);
	if
	:: LONG == longs -> assert(lined == 0 && unbegun == 0 && idlers == 0 && gone == PRODUCERS + SIDE - sides)
	:: else
	fi
#endif
}
