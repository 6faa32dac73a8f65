// Package bag holds lazy partitioned sequences: records from files, items of a slice, anything that is read in order
// and in pieces.
//
// A [Bag] is a recipe. Building one, and deriving another from it with [Map], [Bag.Filter] or [FlatMap], reads no
// data; a reduction such as [Mean] gives a *futures.Delayed, and its Compute runs one task a partition and combines
// their results in a tree. Elements stream: a chain of maps and filters is one pass over each partition, which is
// never held whole unless the operation needs it. Several reductions of bags with a common source, computed together,
// share one pass over it.
//
// Order is input order everywhere. The shape of a combining tree depends on the number of partitions alone, so a
// result is the same to the bit for any number of workers.
//
// Methods keep the element type; what changes it, or asks more of it, is a function of the package. Functions given
// to a bag run on several workers at once, each on elements of its own; what they share they must guard.
package bag
