package main

import "github.com/gomagpie/magpie/io/hdf5io"

// generate writes a dataset of n elements: 0, 1, … 999, and again from 0.
func generate(path, dataset string, n int) error {
	file, err := hdf5io.Create(path)
	if err != nil {
		return err
	}
	x, err := hdf5io.CreateDataset[float32](file, dataset, []int{n}, nil)
	if err != nil {
		return err
	}
	block := make([]float32, 1_000_000)
	for i := range block {
		block[i] = float32(i % 1000)
	}
	for ; n > 0; n -= len(block) {
		if err := x.Write(block[:min(n, len(block))]); err != nil {
			return err
		}
	}
	if err := x.Close(); err != nil {
		return err
	}
	return file.Close()
}
