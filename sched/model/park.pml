/*
The idle protocol of park.go, for SPIN. check.sh runs it: the protocol as it stands must pass, and every variant with
BUG set must fail.

What is modelled. srch and act are the two counts of the packed word: one step changes or reads both. inj is work in
the injector and ring is work in the queues of workers and runs; anyWork looks at one after the other, so work may
come between the looks. mu is the engine's lock, and guards who is on the list of sleepers; where what is done under
it is seen from outside as one step, it is one. A worker that does not
exist yet is one that sleeps. A woken worker and one that looks again itself are told apart by token, the channel of
capacity one. Sweeps are one round long, which is the worst case: more rounds only find more.

What tasks do, chosen freely within a budget for each: end; SPAWN work; BLOCK, which gives the place up and takes it
back by force; HELP, which searches the queues of a run from inside a task, as a nested Compute does; or LONG, never
end while holding the place. The last says that nobody may count on a running task to end soon.

With HIDE tasks also put work into their worker's private stack (priv), which nobody sees but the worker itself, when it
searches; and BLOCK waits until all such work has begun. So what a task hides must be shown to all before it blocks, and
before its worker sleeps.

The claim. When nothing moves any more, no work is left, or every place is taken by a task that does not end. Besides:
at most one wake-up is under way; no worker's channel is sent to twice; no count drops below zero.
*/
#ifndef LIMIT
#define LIMIT 2 /* places */
#endif
#ifndef PRODUCERS
#define PRODUCERS 2
#endif
#ifndef ITEMS
#define ITEMS 2
#endif
#ifndef GUESTS
#define GUESTS 0
#endif
#ifndef SPAWN
#define SPAWN 0
#endif
#ifndef BLOCK
#define BLOCK 0
#endif
#ifndef HELP
#define HELP 0
#endif
#ifndef LONG
#define LONG 0
#endif
#ifndef CLOSE
#define CLOSE 0
#endif
#ifndef HIDE
#define HIDE 0
#endif
#ifndef BUG
#define BUG 0
#endif
/*
BUG 1: a worker that goes to sleep as the last searcher does not look again
    2: who gives its place up (a guest that is done, a task that blocks) does not look
    3: a waker does not read the word again under the lock
    4: a task that stops searching without having found anything does not look
    5: a worker goes on the list of sleepers only after it has left the counts
    6: the last searcher that finds work wakes nobody
    7: Close does not wake those that sleep
    8: a task that blocks does not show what is hidden in its worker's stack
    9: a task that blocks takes its place back before what it waits for is over
   10: a worker that sleeps because too many are awake does not show what is hidden in its stack
*/
#define WORKERS (LIMIT + BLOCK) /* a blocked task's worker is neither active nor asleep */

byte inj, ring;
byte srch, act;
bool mu, stop;
bool asleep[WORKERS]; /* on the list of sleepers */
byte token[WORKERS];
byte waking;          /* workers woken by a waker that search for the first time since */
bool fresh[WORKERS];
byte ended, gone, closed;
byte spawn = SPAWN, block = BLOCK, helps = HELP, longs = LONG, hide = HIDE;
byte priv[WORKERS];   /* work hidden in a worker's stack */
byte shown;           /* such work that was shown: anybody may take it */
byte unbegun;         /* priv and shown together, and what is between them */
byte waits;           /* tasks that are blocked */

#define CHECK(n) assert(n > 0); n--

inline wakeIfNeeded() {
	if
	:: srch == 0 && act < LIMIT ->
		atomic { !mu -> mu = 1 }
		go = (BUG == 3 || (srch == 0 && act < LIMIT));
		atomic {
			if
			:: go && !stop ->
				srch++; act++; waking++;
				assert(waking == 1);
				if /* any sleeper; workers are made when there is none, but no more than are needed */
				:: asleep[0] -> k = 0
				:: WORKERS > 1 && asleep[1 % WORKERS] -> k = 1 % WORKERS
				:: WORKERS > 2 && asleep[2 % WORKERS] -> k = 2 % WORKERS
				:: WORKERS > 3 && asleep[3 % WORKERS] -> k = 3 % WORKERS
				:: else -> assert(false)
				fi;
				asleep[k] = 0; fresh[k] = 1;
				assert(token[k] == 0); token[k] = 1;
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

/* reveal gives everybody what the worker's stack holds */
inline reveal(bug) {
	atomic {
		any = (priv[id] > 0 && BUG != bug);
		if
		:: any -> shown = shown + priv[id]; priv[id] = 0
		:: else
		fi
	}
	if
	:: any -> any = 0; wakeIfNeeded()
	:: else
	fi
}

inline leave() {
	atomic { CHECK(act) }
#if BUG != 2
	anyWork();
	if
	:: any -> wakeIfNeeded()
	:: else
	fi;
#endif
	any = 0
}

/* found, and also what a searcher does that gives up without going to sleep */
inline endSearch(bug) {
	atomic { CHECK(srch); any = (srch == 0) }
#if BUG == 4 || BUG == 6
	if
	:: BUG == bug -> any = 0
	:: else
	fi;
#endif
	if
	:: any ->
		anyWork();
		if
		:: any -> wakeIfNeeded()
		:: else
		fi
	:: else
	fi;
	any = 0
}

/* help: what a guest, or a task that waits, does with its run's queue */
inline help() {
	srch++;
	atomic { got = (ring > 0); ring = ring - got }
	if
	:: got -> got = 0; endSearch(6); ended++
	:: else -> endSearch(4)
	fi
}

inline runTask() {
	do
	:: break
	:: atomic { spawn > 0 -> spawn-- }; ring++; wakeIfNeeded()
#if HIDE
	:: atomic { hide > 0 -> hide--; priv[id]++; unbegun++ }
	:: atomic { block > 0 -> block--; waits++ };
		reveal(8);
		leave();
#if BUG == 9
		act++;
#endif
		unbegun == 0;
#if BUG != 9
		act++;
#endif
		waits--
#else
	:: atomic { block > 0 -> block-- }; leave(); act++
#endif
	:: atomic { helps > 0 -> helps-- }; help()
	:: atomic { longs > 0 -> longs--; ended++ }; goto end_long
	od;
	ended++
}

proctype producer() {
	byte n, k;
	bool go;
	do
	:: n < ITEMS -> inj++; wakeIfNeeded(); n++
	:: else -> break
	od;
	gone++
}

/* The calling goroutine of Compute: it makes its work visible, wakes nobody, and takes part if a place is free. */
proctype guest() {
	byte k;
	bool go, any, got, in;
	ring++;
	atomic { in = (act < LIMIT); act = act + in }
	if
	:: in ->
		atomic { got = (ring > 0); ring = ring - got }
		if
		:: got -> got = 0; ended++
		:: else
		fi;
		help();
		leave()
	:: else
	fi;
	gone++
}

proctype worker(byte id) {
	byte k;
	bool go, any, got;
	goto end_asleep;
search:
	if
	:: stop -> goto park
	:: !stop && act > LIMIT ->
#if HIDE
		reveal(10);
#endif
		goto park
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
		endSearch(6);
		runTask();
		srch++;
		goto search
	:: else
	fi;
park:
	atomic {
		!mu;
		waking = waking - fresh[id]; fresh[id] = 0;
		if
		:: stop -> CHECK(srch); CHECK(act); goto end_stopped
		:: else
		fi;
#if BUG != 5
		asleep[id] = 1;
#endif
		CHECK(srch); CHECK(act);
		any = (srch == 0 && act < LIMIT); /* with all places taken somebody else looks when it ends */
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
				:: asleep[id] -> asleep[id] = 0; srch++; act++; goto search
				:: else
				fi
			}
		:: else
		fi
	:: else
	fi;
#if BUG == 5
	atomic { !mu; asleep[id] = 1 }
#endif
end_asleep:
	atomic { token[id] > 0 -> token[id]-- }
	if
	:: stop -> goto end_stopped
	:: else -> goto search
	fi;
end_long:
	false;
end_stopped:
	closed++
}

/* Engine.Close, once no work comes from outside any more. */
proctype closer() {
	byte k;
	gone == PRODUCERS + GUESTS;
	atomic { !mu; stop = 1 }
#if BUG != 7
	atomic {
		!mu;
		k = 0;
		do
		:: k < WORKERS -> token[k] = token[k] + asleep[k]; asleep[k] = 0; k++
		:: else -> break
		od
	}
#endif
}

init {
	byte i;
	atomic {
		i = 0;
		do :: i < WORKERS -> asleep[i] = 1; run worker(i); i++ :: else -> break od;
		i = 0;
		do :: i < PRODUCERS -> run producer(); i++ :: else -> break od;
		i = 0;
		do :: i < GUESTS -> run guest(); i++ :: else -> break od;
#if CLOSE
		run closer();
#endif
		i = 0
	}
	timeout;
#if CLOSE
	assert(closed == WORKERS - (LONG - longs)) /* all workers have ended, but those that run a task */
#else
	/* Nothing moves. A place is held at the end by a task that does not end, and by nobody else. */
	assert(!mu && gone == PRODUCERS + GUESTS && act == LONG - longs && srch == 0);
	assert((inj == 0 && ring == 0) || act >= LIMIT);
	assert(waits == 0 && unbegun == 0);
	assert((inj + ring + ended == PRODUCERS * ITEMS + GUESTS + SPAWN - spawn))
#endif
}
