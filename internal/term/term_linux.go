package term

import (
	"os"
	"syscall"
	"unsafe"
)

func isTerminal(f *os.File) bool {
	var t syscall.Termios
	return ioctl(f, syscall.TCGETS, unsafe.Pointer(&t))
}

func width(f *os.File) int {
	var size struct{ rows, columns, x, y uint16 }
	if !ioctl(f, syscall.TIOCGWINSZ, unsafe.Pointer(&size)) {
		return 0
	}
	return int(size.columns)
}

func ioctl(f *os.File, request uintptr, arg unsafe.Pointer) bool {
	// Not f.Fd, which would make the file blocking.
	conn, err := f.SyscallConn()
	if err != nil {
		return false
	}
	var errno syscall.Errno
	err = conn.Control(func(fd uintptr) {
		_, _, errno = syscall.Syscall(syscall.SYS_IOCTL, fd, request, uintptr(arg))
	})
	return err == nil && errno == 0
}
