// Package bag holds lazy partitioned sequences: records from files, items of a slice, anything that is read in order
// and in pieces.
//
// A [Bag] is a recipe. Building one, and deriving another from it with [Bag.Map], [Bag.Filter] or [Bag.FlatMap], reads
// no data; a reduction such as [Mean] gives a *futures.Delayed, and its Compute runs one task a partition and combines
// their results in a tree. Elements stream: a chain of maps and filters is one pass over each partition, which is
// never held whole unless the operation needs it. Several reductions of bags with a common source, computed together,
// share one pass over it.
//
// Order is input order everywhere. The shape of a combining tree depends on the number of partitions alone, so a
// result is the same to the bit for any number of workers.
//
// What any element type allows is a method, also where it changes the type; what asks more of the elements, as [Sum] and
// [Distinct] do, is a function of the package. So are [Zip], [GroupBy] and [Partitions]: they make bags of something that
// contains the elements, and the compiler would make such a method for those in turn, without end. Functions given to a
// bag run on several workers at once, each on elements of its own; what they share they must guard.
package bag
