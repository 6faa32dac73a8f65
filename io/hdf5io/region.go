package hdf5io

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// blockBytes is how much is read between two looks at the context, small enough to stay in L2 for what follows.
const blockBytes = 256 << 10

// read fills dst with the region's elements in row-major order: the kind's form in the machine's byte order.
func (f *File) read(ctx context.Context, m *meta, dst []byte, start, shape []int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := inside(m.shape, start, shape); err != nil {
		return err
	}
	size := m.kind.Size()
	if want := elements(shape) * size; want != len(dst) {
		return fmt.Errorf("a region of %d bytes into a buffer of %d", want, len(dst))
	}
	if len(dst) == 0 {
		return nil
	}
	switch {
	case m.pread():
		return f.readContiguous(ctx, m, dst, start, shape)
	case m.direct():
		return f.readChunks(ctx, m, dst, start, shape)
	}
	return f.readNative(ctx, m, dst, start, shape)
}

// inside checks a region against the dataset's shape.
func inside(whole, start, shape []int) error {
	ok := len(start) == len(whole) && len(shape) == len(whole)
	for d := 0; ok && d < len(whole); d++ {
		ok = start[d] >= 0 && shape[d] >= 0 && shape[d] <= whole[d] && start[d] <= whole[d]-shape[d]
	}
	if !ok {
		return fmt.Errorf("region at %v of shape %v is not inside shape %v", start, shape, whole)
	}
	return nil
}

// readNative lets the library read a band of rows at a time, so that a cancelled computation does not hold the gate
// for long. Bands are whole chunks high: the library would otherwise decompress a chunk once for each band.
func (f *File) readNative(ctx context.Context, m *meta, dst []byte, start, shape []int) error {
	if len(shape) == 0 {
		return f.store.native(m, dst, start, shape)
	}
	const bandBytes = 4 << 20
	row := len(dst) / shape[0]
	band := max(1, bandBytes/row)
	if len(m.chunk) > 0 {
		band = (band + m.chunk[0] - 1) / m.chunk[0] * m.chunk[0]
	}
	at, part := append([]int(nil), start...), append([]int(nil), shape...)
	for done := 0; done < shape[0]; done += part[0] {
		if err := ctx.Err(); err != nil {
			return err
		}
		part[0] = min(band, shape[0]-done)
		if len(m.chunk) > 0 && done == 0 {
			part[0] = min(part[0], band-start[0]%m.chunk[0])
		}
		at[0] = start[0] + done
		if err := f.store.native(m, dst[done*row:(done+part[0])*row], at, part); err != nil {
			return err
		}
	}
	return nil
}

// readContiguous reads straight from the file, without the library and without a lock.
func (f *File) readContiguous(ctx context.Context, m *meta, dst []byte, start, shape []int) error {
	runs := newRuns(m.shape, start, shape, m.kind.Size())
	flip := m.big != machineBig
	var s *scratch
	if runs.bunch() > 1 {
		s = scratches.Get().(*scratch)
		defer s.recycle()
	}
	for len(dst) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := f.reads.Do(ctx, func() (int, error) {
			if s != nil {
				return readBunch(m, dst, runs, s)
			}
			n := min(runs.left(), blockBytes)
			err := readAt(m.bytes, dst[:n], m.offset+runs.offset())
			runs.advance(n)
			return n, err
		})
		if err != nil {
			return err
		}
		if flip {
			swap(dst[:n], m.kind.Size())
		}
		dst = dst[n:]
	}
	return nil
}

// readBunch reads several short rows together with the gaps between them, and keeps the rows. It returns the bytes
// put into dst.
func readBunch(m *meta, dst []byte, r *runs, s *scratch) (int, error) {
	rows := r.bunch()
	span := (rows-1)*r.pitch + r.length
	buf := sized(&s.whole, span)
	if err := readAt(m.bytes, buf, m.offset+r.offset()); err != nil {
		return 0, err
	}
	n := 0
	for i := range rows {
		n += copy(dst[n:], buf[i*r.pitch:i*r.pitch+r.length])
		r.advance(r.length)
	}
	return n, nil
}

// readAt reads exactly len(dst) bytes, in the sentinels' terms when it cannot.
func readAt(file *os.File, dst []byte, offset int64) error {
	n, err := file.ReadAt(dst, offset)
	switch {
	case n == len(dst):
		return nil
	case errors.Is(err, io.EOF):
		return because(ErrTruncated, "it ends at byte %d, inside the data", offset+int64(n))
	case errors.Is(err, os.ErrClosed):
		return ErrClosed
	}
	return err
}
