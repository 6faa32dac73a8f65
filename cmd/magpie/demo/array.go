package demo

import (
	"context"
	"math/rand/v2"
	"sync"
)

const (
	elementBytes  = 4
	blockElements = 1 << 20 // 4 MiB: drawn by one worker, written by one call
)

// sink takes the array in order; the HDF5 dataset under construction is one.
type sink interface {
	Write(elements []float32) error
}

// writeArray draws n exponential elements in parallel and writes them in order. It holds at most workers+2 blocks.
func writeArray(ctx context.Context, to sink, seed uint64, n, workers int, done func(bytes int64)) error {
	ctx, cancel := context.WithCancel(ctx)

	// A block enters order when it is begun and is written when it leaves, so that order bounds the memory.
	order := make(chan chan []float32, workers)
	defer func() {
		cancel()
		for drawn := range order { // after a failure: no goroutine outlives the call
			<-drawn
		}
	}()
	buffers := sync.Pool{New: func() any { return new([blockElements]float32) }}
	go func() {
		defer close(order)
		for first := 0; first < n && ctx.Err() == nil; first += blockElements {
			drawn := make(chan []float32, 1)
			select {
			case order <- drawn:
			case <-ctx.Done():
				return
			}
			go func() {
				block := buffers.Get().(*[blockElements]float32)[:min(blockElements, n-first)]
				drawBlock(block, seed, first/blockElements)
				drawn <- block
			}()
		}
	}()

	for drawn := range order {
		block := <-drawn
		if err := context.Cause(ctx); err != nil {
			return err
		}
		if err := to.Write(block); err != nil {
			return err
		}
		done(int64(len(block)) * elementBytes)
		buffers.Put((*[blockElements]float32)(block[:blockElements]))
	}
	return context.Cause(ctx)
}

func drawBlock(block []float32, seed uint64, number int) {
	r := rand.New(rand.NewPCG(seed, blockStream+uint64(number)))
	for i := range block {
		block[i] = float32(r.ExpFloat64())
	}
}
