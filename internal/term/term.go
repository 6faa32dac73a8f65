// Package term tells whether a file is a terminal, and how wide it is.
package term

import "os"

// IsTerminal reports whether v is a file on a terminal.
func IsTerminal(v any) bool {
	f, ok := v.(*os.File)
	return ok && f != nil && isTerminal(f)
}

// Redraws reports whether v is a file on a terminal where a line can be drawn over the last one: not with TERM=dumb, as
// in an editor's window.
func Redraws(v any) bool { return os.Getenv("TERM") != "dumb" && IsTerminal(v) }

// Width returns the number of columns of the terminal that v is, 0 if it is none or does not know.
func Width(v any) int {
	if f, ok := v.(*os.File); ok && f != nil {
		return width(f)
	}
	return 0
}
