package limits

import (
	"fmt"
	"os"
	"strings"
)

// resident returns how much memory the process has now, and the most it had.
func resident() (now, most int64, ok bool) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, 0, false
	}
	kb := func(field string) (n int64) {
		_, rest, _ := strings.Cut(string(status), field)
		fmt.Sscan(rest, &n)
		return n << 10
	}
	now, most = kb("VmRSS:"), kb("VmHWM:")
	return now, most, now > 0 && most > 0
}
