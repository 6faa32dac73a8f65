package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

func TestLazily(t *testing.T) {
	var out bytes.Buffer
	if err := lazily(context.Background(), &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"add at main.go:", "3 tasks, 2 edges", "computed: 3\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("printed %q, without %q", out.String(), want)
		}
	}
}

func TestInBackground(t *testing.T) {
	var out bytes.Buffer
	if err := inBackground(context.Background(), &out); err != nil {
		t.Fatal(err)
	}
	if want := "submitted: 3, finished\n"; out.String() != want {
		t.Errorf("printed %q, want %q", out.String(), want)
	}
}

func TestAtOnce(t *testing.T) {
	var out bytes.Buffer
	if err := atOnce(context.Background(), &out, 1); err != nil {
		t.Fatal(err)
	}
	if want := "two slow calls: 3 after "; !strings.HasPrefix(out.String(), want) {
		t.Errorf("printed %q, want %q…", out.String(), want)
	}
}
