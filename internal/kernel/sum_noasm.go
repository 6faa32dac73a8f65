//go:build !amd64 || purego

package kernel

// addBlocks has nothing faster than sumLanes here.
func addBlocks[T Float](_ *Sum, a []T) []T { return a }
