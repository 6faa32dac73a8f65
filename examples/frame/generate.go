package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

var items = []string{"apple", "pear", "plum"}

// generate writes files of orders to dir. Row i, counted over all files, is of item i mod 3 and costs i mod 100; every
// tenth price is missing.
func generate(dir string, files, rows int) error {
	for f := range files {
		var text strings.Builder
		text.WriteString("order,item,price\n")
		for i := f * rows; i < (f+1)*rows; i++ {
			price := fmt.Sprint(i % 100)
			if i%10 == 9 {
				price = ""
			}
			fmt.Fprintf(&text, "%d,%s,%s\n", i, items[i%3], price)
		}
		path := filepath.Join(dir, fmt.Sprintf("orders-%02d.csv", f))
		if err := os.WriteFile(path, []byte(text.String()), 0o666); err != nil {
			return err
		}
	}
	return nil
}
