package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strconv"
)

// Table is one partition in memory: the rows of one file.
type Table struct {
	header []string
	rows   [][]string
}

func readTable(path string) (Table, error) {
	f, err := os.Open(path)
	if err != nil {
		return Table{}, err
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil || len(records) == 0 {
		return Table{}, err
	}
	return Table{records[0], records[1:]}, nil
}

func (t Table) column(name string) (int, error) {
	if i := slices.Index(t.header, name); i >= 0 {
		return i, nil
	}
	return 0, fmt.Errorf("no column %s, only %q", name, t.header)
}

// where makes a new table: a result may be the input of several tasks and must not change.
func where(t Table, column, value string) (Table, error) {
	at, err := t.column(column)
	if err != nil {
		return Table{}, err
	}
	kept := Table{header: t.header}
	for _, row := range t.rows {
		if row[at] == value {
			kept.rows = append(kept.rows, row)
		}
	}
	return kept, nil
}

func sum(t Table, column string) (float64, error) {
	at, err := t.column(column)
	if err != nil {
		return 0, err
	}
	var s float64
	for _, row := range t.rows {
		if row[at] == "" {
			continue
		}
		x, err := strconv.ParseFloat(row[at], 64)
		if err != nil {
			return 0, err
		}
		s += x
	}
	return s, nil
}

func total[T int | float64](xs []T) (sum T) {
	for _, x := range xs {
		sum += x
	}
	return sum
}
