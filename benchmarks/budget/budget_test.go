package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestMain runs one case instead of the tests when this process was started for it: memory is measured by process.
func TestMain(m *testing.M) {
	if name := os.Getenv("MAGPIE_BUDGET_CASE"); name != "" {
		if err := runCase(name, data, limit, os.Getenv("MAGPIE_BUDGET_DIR")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// Three quarters of a gigabyte under 256 MB: right answers, less than one and a half times the limit, and nothing left on disk.
func TestBudget(t *testing.T) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), "MAGPIE_BUDGET_CASE="+c.name, "MAGPIE_BUDGET_DIR="+dir)
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			var took, ratio float64
			var rss, spilled int
			line := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(string(out)), c.name))
			if _, err := fmt.Sscanf(line, "%fs %d MB %fx %d MB", &took, &rss, &ratio, &spilled); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			// The race detector multiplies memory; the answers still count.
			if ratio > 1.5 && !raceEnabled {
				t.Errorf("%d MB resident, %.2f times the limit", rss, ratio)
			}
			if left, _ := os.ReadDir(dir); len(left) > 0 {
				t.Errorf("left on disk: %v", left)
			}
		})
	}
}
