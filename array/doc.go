// Package array is lazy n-dimensional arrays cut into chunks.
package array
