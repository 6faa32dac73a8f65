//go:build !linux

package cli

import "os"

// isTerminal reports whether v is a file on a terminal. Without asking the system in its own way, other character
// devices pass for one too, except the one that is met in practice.
func isTerminal(v any) bool {
	f, ok := v.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && f.Name() != os.DevNull
}
