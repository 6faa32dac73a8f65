// Package limits holds the test of the memory limit: every public operation of arrays, bags and futures on ten times the
// data that the limit allows, each in a process of its own, whose growth is compared with what [sched.MemoryLimit]
// promises.
//
// A row of the table is an operation, and says whether it gives an answer, which is checked against a value found
// without magpie, or a [sched.MemoryError], and why. An exported operation without a row fails [TestSurface]. The rows
// of arrays are in array_test.go and elementwise_test.go, of bags in bag_test.go and keyed_test.go, of futures in
// futures_test.go.
//
// What is not mended yet is listed in open_test.go: such a row is told, and fails in the long run only.
//
// go test runs the rows on 200 MB under a limit of 20 MB; make soak, which sets MAGPIE_SOAK, on 2 GB under 200 MB. With
// -short, and under the race detector, which takes several times the memory, the data is small and only answers count.
package limits
