package fileio

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// Stdin is the name of standard input.
const Stdin = "-"

// errDirectory is the cause of a plain name that is a directory.
var errDirectory = errors.New("is a directory (a pattern such as \"dir/*\" names its files)")

// Glob returns the names of the files that the patterns match.
//
// A pattern is the name of an existing file, taken as it is even if it holds *, ? or [; or "-", standard input; or a
// glob with the syntax of [filepath.Match], in which the element "**" stands for any number of folders, none included.
// A glob matches files only. Names that start with a dot match only where the pattern has the dot, as in a shell, and
// "**" does not follow links to folders, which could go round in circles.
//
// Order: that of the patterns, and within a glob the natural order ([NaturalCompare]). A file matched by two patterns
// comes twice, as in a shell. Errors: a glob without a match is a [*NoMatchError], a plain name without a file a
// [*FileError]; both are fs.ErrNotExist. Standard input given twice is an error, since it can be read only once.
func Glob(patterns ...string) ([]string, error) {
	var names []string
	stdin := false
	for _, pattern := range patterns {
		if pattern == Stdin {
			if stdin {
				return nil, fmt.Errorf("fileio: %w: %q is given twice", errStdinTwice, Stdin)
			}
			stdin = true
		}
		matches, err := expand(pattern)
		if err != nil {
			return nil, err
		}
		names = append(names, matches...)
	}
	return names, nil
}

// expand returns the files that one pattern matches, in natural order.
func expand(pattern string) ([]string, error) {
	if pattern == Stdin {
		return []string{Stdin}, nil
	}
	info, err := os.Stat(pattern)
	switch {
	case err == nil && info.IsDir():
		return nil, openError(pattern, errDirectory)
	case err == nil:
		return []string{pattern}, nil
	case !strings.ContainsAny(pattern, `*?[`):
		return nil, openError(pattern, err)
	}
	matches, err := globFiles(pattern)
	if err != nil {
		return nil, fmt.Errorf("fileio: pattern %q: %w", pattern, err)
	}
	if len(matches) == 0 {
		return nil, noMatch(pattern)
	}
	slices.SortFunc(matches, NaturalCompare)
	return slices.Compact(matches), nil // two "**" may reach one file on two ways
}

func noMatch(pattern string) error {
	e := &NoMatchError{Pattern: pattern}
	if !filepath.IsAbs(pattern) {
		e.Dir, _ = os.Getwd() // without it the message is shorter, not wrong
	}
	return e
}

// globFiles returns the files that a pattern matches, in any order. It is not filepath.Glob, which knows no "**", finds
// hidden files and ignores folders that it cannot read: data left out in silence.
func globFiles(pattern string) ([]string, error) {
	volume := filepath.VolumeName(pattern)
	elems := strings.Split(filepath.ToSlash(pattern[len(volume):]), "/")
	for _, elem := range elems {
		if _, err := filepath.Match(elem, ""); err != nil {
			return nil, err
		}
	}
	var found []string
	err := globBelow(volume, elems, &found)
	return found, err
}

// globBelow appends the files below dir that match elems.
func globBelow(dir string, elems []string, found *[]string) error {
	elem, rest := elems[0], elems[1:]
	if !strings.ContainsAny(elem, `*?[\`) {
		return globEntry(step(dir, elem), rest, found)
	}
	if elem == "**" && len(rest) > 0 {
		if err := globBelow(dir, rest, found); err != nil {
			return err
		}
	}
	entries, err := os.ReadDir(filepath.Clean(dir)) // Clean makes "" the current directory
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotDirectory) {
			return nil
		}
		return err
	}
	for _, entry := range entries {
		name := entry.Name()
		if strings.HasPrefix(name, ".") && !strings.HasPrefix(elem, ".") {
			continue
		}
		if ok, _ := filepath.Match(elem, name); !ok {
			continue
		}
		next := rest
		if elem == "**" && entry.IsDir() {
			next = elems
		} else if elem == "**" && len(rest) > 0 {
			continue // a file, while elements are left
		}
		if err := globEntry(step(dir, name), next, found); err != nil {
			return err
		}
	}
	return nil
}

// globEntry goes on at name with the elements left, or appends it if none are and it is a file.
func globEntry(name string, elems []string, found *[]string) error {
	if len(elems) > 0 {
		return globBelow(name, elems, found)
	}
	link, err := os.Lstat(name)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotDirectory) {
			return nil
		}
		return err
	}
	info, err := os.Stat(name)
	if err == nil && info.IsDir() || link.IsDir() {
		return nil
	}
	*found = append(*found, name) // a dangling link too: opening it fails, and says its name
	return nil
}

// errNotDirectory is what the system answers when a file stands where a folder was expected.
const errNotDirectory = syscall.ENOTDIR

// step goes from dir to the entry called elem. The empty element in front of a pattern is the root.
func step(dir, elem string) string {
	switch {
	case elem == "" && dir == filepath.VolumeName(dir):
		return dir + string(filepath.Separator)
	case dir == "":
		return elem
	}
	return filepath.Join(dir, elem)
}
