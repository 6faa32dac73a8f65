// Package cli is the magpie command: it turns arguments into calls of the library, and their results into text.
//
// Results go to standard output and everything else to standard error. The exit status is 0 if all went well, 1 if
// the work failed, 2 if the command line was wrong, and 130 after an interrupt.
package cli
