package bag

import (
	"encoding/binary"
	"errors"
	"io"
	"sync"

	"github.com/gomagpie/magpie/internal/pack"
	"github.com/gomagpie/magpie/sched"
)

// outcome is what a task hands to those after it, a value for each of them. The one consumer of a value takes it out:
// it may change it from then on, and the memory goes when the consumer wants, also while others have not come for
// theirs.
//
// Under a memory limit the engine may write an outcome to disk until the moment a consumer comes, and a little longer:
// it may just be at it. So the two meet at a lock, and what was taken is not written.
type outcome struct {
	mu   sync.Mutex
	vals []any
}

// taken is in the place of a value that was taken out.
type taken struct{}

// parked is a value that cannot be written: an outcome on disk still refers to it.
type parked struct{ v any }

// outcomeOf returns the outcome of one value.
func outcomeOf(v any, c sched.Codec) *outcome {
	if c == nil {
		v = &parked{v}
	}
	return &outcome{vals: []any{v}}
}

// take returns value k, which nobody else may ask for.
func (o *outcome) take(k int) any {
	o.mu.Lock()
	defer o.mu.Unlock()
	v := o.vals[k]
	o.vals[k] = taken{}
	if p, ok := v.(*parked); ok {
		v, p.v = p.v, nil
	}
	return v
}

// back gives a value back that was taken and not changed: the task that took it may be run again.
func (o *outcome) back(k int, v any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.vals[k] = v
}

// outcomeCodec writes outcomes whose values have the codecs given. A value without one stays in memory.
type outcomeCodec struct {
	codecs func() []sched.Codec

	mu     sync.Mutex
	parked []*parked
}

// codecFor returns the codec of an outcome of one value, nil if that has none: then there is nothing to gain.
func codecFor(c sched.Codec) sched.Codec {
	if c == nil {
		return nil
	}
	return &outcomeCodec{codecs: func() []sched.Codec { return []sched.Codec{c} }}
}

// What stands before a value in the stream.
const (
	wasTaken = iota
	wasWritten
	wasParked
)

// Encode implements sched.Codec.
func (c *outcomeCodec) Encode(w io.Writer, v any) error {
	o := v.(*outcome)
	o.mu.Lock()
	defer o.mu.Unlock()
	for k, codec := range c.codecs() {
		var err error
		switch v := o.vals[k].(type) {
		case taken:
			_, err = w.Write([]byte{wasTaken})
		case *parked:
			_, err = w.Write(binary.AppendUvarint([]byte{wasParked}, c.park(v)))
		default:
			if _, err = w.Write([]byte{wasWritten}); err == nil {
				err = codec.Encode(w, v)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *outcomeCodec) park(p *parked) uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.parked = append(c.parked, p)
	return uint64(len(c.parked) - 1)
}

var errOutcome = errors.New("bag: a result on disk is not what was written")

// Decode implements sched.Codec.
func (c *outcomeCodec) Decode(r io.Reader) (any, error) {
	in := r.(byteReader)
	codecs := c.codecs()
	o := &outcome{vals: make([]any, len(codecs))}
	for k, codec := range codecs {
		how, err := in.ReadByte()
		if err != nil {
			return nil, err
		}
		switch how {
		case wasTaken:
			o.vals[k] = taken{}
		case wasWritten:
			o.vals[k], err = codec.Decode(in)
		case wasParked:
			o.vals[k], err = c.unpark(in)
		default:
			err = errOutcome
		}
		if err != nil {
			return nil, err
		}
	}
	return o, nil
}

func (c *outcomeCodec) unpark(in byteReader) (*parked, error) {
	n, err := binary.ReadUvarint(in)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if n >= uint64(len(c.parked)) {
		return nil, errOutcome
	}
	return c.parked[n], nil
}

// byteReader is what the engine decodes from. A codec that read ahead would take bytes from the next one.
type byteReader interface {
	io.Reader
	io.ByteReader
}

// listCodec writes slices, the results of tasks that hold partitions.
type listCodec[T any] struct{}

// listCodecOf returns the codec of []T, nil if a T cannot be written.
func listCodecOf[T any]() sched.Codec {
	if !pack.Of[T]().CanWrite() {
		return nil
	}
	return listCodec[T]{}
}

// Encode implements sched.Codec.
func (listCodec[T]) Encode(w io.Writer, v any) error { return pack.Write(w, v.([]T)) }

// Decode implements sched.Codec.
func (listCodec[T]) Decode(r io.Reader) (any, error) { return pack.Read[T](r) }

// partCodec writes single values, the partial results of reductions.
type partCodec[A any] struct{}

func partCodecOf[A any]() sched.Codec {
	if !pack.Of[A]().CanWrite() {
		return nil
	}
	return partCodec[A]{}
}

// Encode implements sched.Codec.
func (partCodec[A]) Encode(w io.Writer, v any) error { return pack.Write(w, []A{v.(A)}) }

// Decode implements sched.Codec.
func (partCodec[A]) Decode(r io.Reader) (any, error) {
	list, err := pack.Read[A](r)
	if err == nil && len(list) != 1 {
		err = errOutcome
	}
	if err != nil {
		return nil, err
	}
	return list[0], nil
}
