// Command budget runs computations on more data than memory under a memory limit, each in a process of its own, and
// prints how long they took, what they held at most, and what they wrote to disk.
//
//	go run ./benchmarks/budget                            20 GB under 512 MB
//	go run ./benchmarks/budget -data 1GB -limit 64MB      smaller
//
// The data are made by the tasks, 4 MB at a time, and do not compress: what is spilled is written in full.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/gomagpie/magpie/sched"
)

func main() {
	data := flag.String("data", "20GB", "bytes that the computation touches")
	limit := flag.String("limit", "512MB", "bytes of results that may be held")
	dir := flag.String("dir", "", "folder for spilled results")
	one := flag.String("case", "", "run one case in this process, and print its figures")
	flag.Parse()
	if err := run(*data, *limit, *dir, *one); err != nil {
		fmt.Fprintln(os.Stderr, "budget:", err)
		os.Exit(1)
	}
}

func run(dataText, limitText, dir, one string) error {
	data, err := parseBytes(dataText)
	if err != nil {
		return err
	}
	limit, err := parseBytes(limitText)
	if err != nil {
		return err
	}
	if one != "" {
		return runCase(one, data, limit, dir)
	}
	fmt.Printf("%-16s %8s %10s %8s %10s\n", "case", "time", "peak RSS", "/limit", "spilled")
	for _, c := range cases {
		out, err := exec.Command(os.Args[0], "-case", c.name, "-data", dataText, "-limit", limitText, "-dir", dir).CombinedOutput()
		if err != nil {
			return fmt.Errorf("%s: %w: %s", c.name, err, out)
		}
		fmt.Print(string(out))
	}
	return nil
}

// runCase runs one case and prints its line.
func runCase(name string, data, limit int64, dir string) error {
	for _, c := range cases {
		if c.name != name {
			continue
		}
		spilled := &spillCounter{}
		opts := []sched.Option{sched.MemoryLimit(limit), sched.Observe(spilled)}
		if dir != "" {
			opts = append(opts, sched.SpillDir(dir))
		}
		e := sched.New(opts...)
		defer e.Close()
		start := time.Now()
		if err := c.run(context.Background(), e, int(data/chunkBytes)); err != nil {
			return err
		}
		took := time.Since(start)
		rss := peakRSS()
		fmt.Printf("%-16s %7.1fs %7d MB %7.2fx %7d MB\n",
			name, took.Seconds(), rss>>20, float64(rss)/float64(limit), spilled.bytes.Load()>>20)
		return nil
	}
	return fmt.Errorf("no case %q", name)
}

// parseBytes reads "512MB" and the like.
func parseBytes(s string) (int64, error) {
	for suffix, unit := range map[string]int64{"GB": 1 << 30, "MB": 1 << 20, "KB": 1 << 10} {
		if digits, ok := strings.CutSuffix(s, suffix); ok {
			n, err := strconv.ParseInt(digits, 10, 64)
			if err != nil || n <= 0 {
				return 0, fmt.Errorf("%q is no size", s)
			}
			return n * unit, nil
		}
	}
	return 0, errors.New(s + " is no size: write it as 512MB")
}
