package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// version writes one line: the module's version or the commit it was built from, and Go's.
func (c *call) version() error {
	version := "(unknown)"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && version == "(devel)" {
				version = "devel " + s.Value[:min(12, len(s.Value))]
			}
		}
	}
	_, err := fmt.Fprintf(c.stdout, "magpie %s %s %s/%s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
