package demo

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/gomagpie/magpie/io/hdf5io"
)

// Names of the data files.
const (
	AccountsPattern = "accounts.*.json.gz"
	ArrayFile       = "random.hdf5"
	ArrayDataset    = "/x"
)

// Result says what Write did.
type Result struct {
	Written, Kept int   // files
	Bytes         int64 // of all files
}

// Options says how Write works; the zero value is ready to use.
type Options struct {
	Workers  int                     // at once; 0 means all CPUs
	Progress func(done, total int64) // may be nil; called from several goroutines, in bytes written or their estimate
}

// Write makes the data sets in dir, which it creates. Files that an earlier Write with the same parameters completed
// are kept; those of other parameters are replaced. Files that it did not write are never touched: where one has the
// name of a data file, Write fails. After a failure, or when ctx ends, no half-written file is left behind.
func Write(ctx context.Context, dir string, p Params, o Options) (Result, error) {
	if err := p.check(); err != nil {
		return Result{}, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Result{}, fmt.Errorf("demo: %w", err)
	}
	m, err := prepare(dir, p)
	if err != nil {
		return Result{}, err
	}
	w := &writer{dir: dir, p: p, o: o, m: m, people: newPopulation(p.Seed, p.Accounts)}
	if w.o.Workers < 1 {
		w.o.Workers = runtime.GOMAXPROCS(0)
	}
	if err := w.all(ctx); err != nil {
		return Result{}, err
	}
	return w.finish()
}

// fileName returns the name of an account file. Two digits at least, as in the tutorial.
func fileName(i int) string { return fmt.Sprintf("accounts.%02d.json.gz", i) }

// fileNames returns the names of all data files.
func (p Params) fileNames() []string {
	var all []string
	for i := range p.Files {
		all = append(all, fileName(i))
	}
	return append(all, ArrayFile)
}

// prepare returns the manifest of dir for p, having removed what belongs to other parameters.
func prepare(dir string, p Params) (*manifest, error) {
	old, err := readManifest(dir)
	if err != nil {
		return nil, err
	}
	if old == nil {
		strangers, err := filepath.Glob(filepath.Join(dir, AccountsPattern))
		if err != nil {
			return nil, fmt.Errorf("demo: %w", err)
		}
		if _, err := os.Stat(filepath.Join(dir, ArrayFile)); err == nil {
			strangers = append(strangers, filepath.Join(dir, ArrayFile))
		}
		if len(strangers) > 0 {
			return nil, fmt.Errorf("demo: %s exists and is not of the demo: choose another directory", strangers[0])
		}
	} else if old.Generation == generation && old.Params == p {
		return old, nil
	} else {
		for _, name := range old.Params.fileNames() {
			if err := os.Remove(filepath.Join(dir, name)); err != nil && !os.IsNotExist(err) {
				return nil, fmt.Errorf("demo: %w", err)
			}
		}
	}
	m := &manifest{Generation: generation, Params: p}
	return m, m.write(dir)
}

// writer is one call of Write under way.
type writer struct {
	dir    string
	p      Params
	o      Options
	m      *manifest
	people *population

	written atomic.Int64 // files
	done    atomic.Int64 // bytes, for the progress
}

// fileBytes estimates the JSON text of a file, which is what takes the time.
func (w *writer) fileBytes() int64 { return int64(w.p.Transactions) * 43 }

func (w *writer) advance(bytes int64) {
	done := w.done.Add(bytes)
	if w.o.Progress != nil {
		w.o.Progress(done, int64(w.p.Files)*w.fileBytes()+int64(w.p.Elements)*elementBytes)
	}
}

// all writes what is missing: first the account files, several at once, then the array, several blocks at once.
func (w *writer) all(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var group sync.WaitGroup
	for range w.o.Workers {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < w.p.Files && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				if err := w.accounts(ctx, i); err != nil {
					cancel(err)
				}
			}
		})
	}
	group.Wait()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return w.array(ctx)
}

func (w *writer) accounts(ctx context.Context, i int) error {
	name := fileName(i)
	if !w.m.has(w.dir, name) {
		err := create(filepath.Join(w.dir, name), func(path string) error {
			return writeFile(path, func(b *bufio.Writer) error {
				return w.people.writeAccounts(ctx, b, w.p.Seed, i, w.p.Transactions)
			})
		})
		if err != nil {
			return fmt.Errorf("demo: %s: %w", name, err)
		}
		w.written.Add(1)
	}
	w.advance(w.fileBytes())
	return nil
}

func writeFile(path string, write func(b *bufio.Writer) error) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	b := bufio.NewWriterSize(f, 256<<10)
	if err := write(b); err != nil {
		return err
	}
	return b.Flush()
}

func (w *writer) array(ctx context.Context) error {
	if w.m.has(w.dir, ArrayFile) {
		w.advance(int64(w.p.Elements) * elementBytes)
		return nil
	}
	if err := w.writeHDF5(ctx); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	w.written.Add(1)
	return nil
}

// writeHDF5 leaves the temporary name, and its removal after a failure, to hdf5io.
func (w *writer) writeHDF5(ctx context.Context) (err error) {
	f, err := hdf5io.Create(filepath.Join(w.dir, ArrayFile))
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	d, err := hdf5io.CreateDataset[float32](f, ArrayDataset, []int{w.p.Elements}, nil)
	if err != nil {
		return err
	}
	if err := writeArray(ctx, d, w.p.Seed, w.p.Elements, w.o.Workers, w.advance); err != nil {
		d.Close()
		return err
	}
	return d.Close()
}

// finish records the sizes of the complete files.
func (w *writer) finish() (Result, error) {
	var r Result
	w.m.Bytes = map[string]int64{}
	for _, name := range w.p.fileNames() {
		info, err := os.Stat(filepath.Join(w.dir, name))
		if err != nil {
			return Result{}, fmt.Errorf("demo: %w", err)
		}
		w.m.Bytes[name] = info.Size()
		r.Bytes += info.Size()
	}
	r.Written = int(w.written.Load())
	r.Kept = w.p.Files + 1 - r.Written
	return r, w.m.write(w.dir)
}
