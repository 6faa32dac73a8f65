// Command compose is the seventh tutorial: futures as inputs of futures. Lists are made, written to files and combined,
// each step starting when its own inputs are there; this program waits once, for the end.
//
//	go run ./examples/compose
package main

import (
	"bufio"
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/gomagpie/magpie/futures"
)

func main() {
	log.SetFlags(0)
	dir, err := os.MkdirTemp("", "compose")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	squares, err := run(context.Background(), dir, 4, 5)
	if err != nil {
		log.Print(err)
		return
	}
	fmt.Println(squares)
}

// run makes lists of n squares each, by way of files in dir, and returns them as one.
func run(ctx context.Context, dir string, lists, n int) ([]int, error) {
	var files []*futures.Future[string]
	for i := range lists {
		list := futures.Delay2(makeList, futures.Value(i*n), futures.Value(n)).Start(ctx)
		path := filepath.Join(dir, fmt.Sprintf("list-%d.txt", i))
		files = append(files, futures.TryDelay2(write, futures.Value(path), list).Start(ctx))
	}
	return futures.TryDelaySlice(combine, files).Start(ctx).Result(ctx)
}

// makeList returns the squares of n numbers.
func makeList(from, n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = (from + i) * (from + i)
	}
	return list
}

// write writes a number a line and returns the file's name.
func write(path string, list []int) (string, error) {
	var text strings.Builder
	for _, x := range list {
		fmt.Fprintln(&text, x)
	}
	return path, os.WriteFile(path, []byte(text.String()), 0o666)
}

// combine reads the files back into one list.
func combine(paths []string) ([]int, error) {
	var all []int
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			x, err := strconv.Atoi(lines.Text())
			if err != nil {
				return nil, err
			}
			all = append(all, x)
		}
		if err := lines.Err(); err != nil {
			return nil, err
		}
	}
	return all, nil
}
