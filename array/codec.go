package array

import (
	"bytes"
	"encoding/binary"
	"io"
	"unsafe"
)

// codec writes chunks as they lie in memory. Spilled chunks are read back by the process that wrote them, so the
// machine's byte order is the right one.
type codec[T any] struct{}

// Encode writes a []T.
func (codec[T]) Encode(w io.Writer, v any) error {
	a := v.([]T)
	if err := binary.Write(w, binary.LittleEndian, int64(len(a))); err != nil {
		return err
	}
	_, err := io.Copy(w, bytes.NewReader(bytesOf(a)))
	return err
}

// Decode reads a []T.
func (codec[T]) Decode(r io.Reader) (any, error) {
	var n int64
	if err := binary.Read(r, binary.LittleEndian, &n); err != nil {
		return nil, err
	}
	a := make([]T, n)
	_, err := io.ReadFull(r, bytesOf(a))
	return a, err
}

// bytesOf sees a slice as bytes.
func bytesOf[T any](a []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(a))), len(a)*sizeOf[T]())
}
