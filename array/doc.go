// Package array is lazy n-dimensional arrays cut into chunks: NumPy's operations on data of any size, on all cores.
//
//	x := array.FromReader(file, []int{1_000_000_000})   // nothing is read
//	m := x.Sub(x.Mean()).Square().Mean()                // nothing is computed
//	v, err := m.Item(ctx)                               // now: two passes over the file, no temporaries
//
// # Lazy values
//
// An [Array] says how its elements come about; [Array.Compute] gives them as a [Dense] in memory, [Array.Item] gives
// the only one, [Array.Persist] computes in the background and keeps chunks where they are, and Delayed hands the only
// element to package futures. A [Mask] is the same for booleans. Building never fails on the spot: shapes that do not fit, an
// axis that is not there, are kept in the value with the line that made them, and returned by Err and by every computation.
//
// # Chunks
//
// A chunk is what one task works on. [Chunks] sets their lengths; otherwise they are chosen from the shape alone, never from the
// machine, so that results do not depend on it: up to 16 MB or four million elements, whole rows where they fit, multiples
// of the pieces of a file ([ChunkShaper]), and smaller down to 64 thousand elements where that gives 64 chunks to share among
// the cores. Operands cut differently are cut where either is. The cut is kept as a rule: ten million chunks take
// a few words, and a slice of them plans only the chunks it touches.
//
// # Fusion and memory
//
// An expression, with the reads and slices below it and the reduction above it, is one task a chunk. The task walks its chunk in
// tiles of 16 KB that stay in the first-level cache, so there are no temporaries of chunk size; an operand that an
// expression has twice is evaluated once. Reductions and persisted arrays are the seams: their
// chunks are results of tasks, and inputs of the expressions that use them. An array that is read is read again by every
// computation, and twice by x.Sub(x.Mean()): that costs less than to hold it, unless it fits in memory, and then Persist is the
// word. A worker needs memory for a few tiles, and for one chunk if its source is read by the chunk.
//
// # Numbers
//
// Results are the same bits for any number of workers: partial results are merged in a tree that follows from the
// number of chunks. Another cut may change the last bit of a float sum. Sums and products of integers are exact or an error
// ([ErrOverflow]); elementwise integer arithmetic wraps as Go's does. Float sums are made in float64 with compensation and rounded once.
// Mean, Var and Std are float64 for every element type. NaN, empty arrays, ddof, negative axes, indices and steps behave
// as in NumPy.
package array
