//go:build amd64 || arm64

package site

import "runtime"

// frameReturn follows the frame pointers from its own frame, hops times, and returns the return address that it finds
// there. runtime.Callers takes some 200 ns for one frame, which is more than a small task; this takes 3. The runtime's own
// tracer walks its stacks in this way.
//
//go:noescape
func frameReturn(hops int) uintptr

// Return returns where the function that calls it was called. That function must be marked go:noinline, or the place
// is that of an outer call.
//
//go:noinline
func Return() Site {
	if returnHops < 0 {
		return Caller(2)
	}
	return Site{frameReturn(returnHops)}
}

// returnHops is the number of frames between frameReturn's and that of Return's caller, which depends on how the
// compiler lets Go call assembly; -1 if that is not understood.
var returnHops = measureHops()

//go:noinline
func measureHops() int {
	for hops := 1; hops <= 3; hops++ {
		if probe(hops) {
			return hops
		}
	}
	return -1
}

// probe and probed stand for the caller of Return and for Return.
//
//go:noinline
func probe(hops int) bool {
	var pcs [1]uintptr
	n := runtime.Callers(2, pcs[:])
	return n == 1 && probed(hops) == pcs[0]
}

//go:noinline
func probed(hops int) uintptr { return frameReturn(hops) }
