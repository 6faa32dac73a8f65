package term

import (
	"bytes"
	"fmt"
	"os"
	"syscall"
	"testing"
	"unsafe"
)

// pty returns the two ends of a terminal of the given width.
func pty(t *testing.T, columns uint16) (screen, terminal *os.File) {
	t.Helper()
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { screen.Close() })
	var unlock, number int32
	size := [4]uint16{24, columns}
	if !ioctl(screen, syscall.TIOCSPTLCK, unsafe.Pointer(&unlock)) || !ioctl(screen, syscall.TIOCGPTN, unsafe.Pointer(&number)) ||
		!ioctl(screen, syscall.TIOCSWINSZ, unsafe.Pointer(&size)) {
		t.Fatal("no terminal")
	}
	terminal, err = os.OpenFile(fmt.Sprint("/dev/pts/", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { terminal.Close() })
	return screen, terminal
}

func TestTerminal(t *testing.T) {
	_, terminal := pty(t, 33)
	t.Setenv("TERM", "xterm")
	if !IsTerminal(terminal) || !Redraws(terminal) || Width(terminal) != 33 {
		t.Error(IsTerminal(terminal), Redraws(terminal), Width(terminal))
	}
	t.Setenv("TERM", "dumb")
	if !IsTerminal(terminal) || Redraws(terminal) {
		t.Error("a dumb terminal redraws")
	}
}

func TestNoTerminal(t *testing.T) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	w.Close()
	for _, v := range []any{null, r, w, new(bytes.Buffer), nil, (*os.File)(nil)} {
		if IsTerminal(v) || Redraws(v) || Width(v) != 0 {
			t.Errorf("%v is a terminal of %d columns", v, Width(v))
		}
	}
}
