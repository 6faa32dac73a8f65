// Package lint holds the rules of this module that a compiler does not know, as tests: who may import whom, how long
// a file may be, what must be documented, and that the README's code compiles.
package lint
