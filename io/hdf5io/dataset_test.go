//go:build libhdf5 && cgo

package hdf5io

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomagpie/magpie/array"
	"github.com/gomagpie/magpie/sched"
)

// TestDatasetComputes: through array and the engine, with chunks that fit the storage chunks and chunks that do not.
func TestDatasetComputes(t *testing.T) {
	ctx := context.Background()
	for _, name := range []string{"/contig", "/gzip9_shuffle", "/fletcher", "/unlimited2", "/scaleoffset", "/fill", "/many_chunks", "/four_d", "/scalar", "/lzf"} {
		f, err := Open("testdata/layout_latest.h5")
		if err != nil {
			t.Fatal(err)
		}
		kind, err := f.Type(name)
		if err != nil {
			t.Fatal(err)
		}
		switch kind {
		case Int16:
			computes[int16](t, ctx, f, name)
		case Int32:
			computes[int32](t, ctx, f, name)
		case Float32:
			computes[float32](t, ctx, f, name)
		case Float64:
			computes[float64](t, ctx, f, name)
		default:
			t.Errorf("%s is %v", name, kind)
		}
		f.Close()
	}
}

func computes[T array.Number](t *testing.T, ctx context.Context, f *File, name string) {
	want, shape, err := all[T](f, name)
	if err != nil {
		t.Fatal(err)
	}
	odd := make([]int, len(shape))
	for d, n := range shape {
		odd[d] = n/3 + 1
	}
	for _, run := range []sched.Option{sched.Sync(), sched.Workers(1), sched.Workers(2), sched.Workers(8)} {
		for _, opts := range [][]array.Option{nil, {array.Chunks(odd...)}} {
			x, err := Dataset[T](f, name, opts...)
			if err != nil {
				t.Fatal(err)
			}
			got, err := x.Compute(ctx, run)
			if err != nil || !slices.Equal(got.Data(), want) || !slices.Equal(got.Shape(), shape) {
				t.Errorf("%s with %d options: %v", name, len(opts), err)
			}
		}
	}
}

// TestRegionsMatchWhole reads random regions of every dataset h5py wrote and compares them with the whole.
func TestRegionsMatchWhole(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for _, file := range []string{"earliest", "v108", "v110", "latest"} {
		f, err := Open("testdata/layout_" + file + ".h5")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		infos, err := f.Datasets()
		if err != nil {
			t.Fatal(err)
		}
		for _, info := range infos {
			if info.Err != nil {
				continue
			}
			whole, shape, err := all[float64](f, info.Name)
			if err != nil {
				t.Fatal(err)
			}
			r, _ := newReader[float64](f, info.Name)
			for range 12 {
				start, size := part(rng, shape)
				got := make([]float64, elements(size))
				if err := r.Read(context.Background(), got, start, size); err != nil {
					t.Fatal(err)
				}
				i := 0
				walk(size, func(at []int) {
					flat := 0
					for d := range at {
						flat = flat*shape[d] + start[d] + at[d]
					}
					if got[i] != whole[flat] {
						t.Fatalf("%s%s: region %v+%v at %v: %v, want %v", file, info.Name, start, size, at, got[i], whole[flat])
					}
					i++
				})
			}
		}
	}
}

// TestTypes: the exact type, any wider one, nothing that loses values.
func TestTypes(t *testing.T) {
	f, err := Open("testdata/types.h5")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	exact, _, err := all[int16](f, "/be_i2")
	if err != nil {
		t.Fatal(err)
	}
	wide, _, err := all[float32](f, "/be_i2")
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range exact {
		if wide[i] != float32(v) {
			t.Errorf("element %d: %v as int16, %v as float32", i, v, wide[i])
		}
	}
	bools, _, err := all[uint8](f, "/bool")
	if err != nil || slices.Max(bools) > 1 {
		t.Errorf("booleans %v, %v", bools, err)
	}
	_, err = Dataset[int8](f, "be_i2")
	want := "/be_i2: the element type does not match: int8 does not hold every big-endian int16; use Dataset[int16] or Dataset[int32] or Dataset[int64] or Dataset[float32] or Dataset[float64]"
	if !errors.Is(err, ErrType) || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("narrowing: %v", err)
	}
	if _, err := Dataset[float64](f, "le_i8"); !errors.Is(err, ErrType) {
		t.Errorf("int64 as float64: %v", err)
	}
	if _, err := Dataset[int64](f, "le_f4"); !errors.Is(err, ErrType) {
		t.Errorf("float as integer: %v", err)
	}
	if _, err := Dataset[int32](f, "le_u4"); !errors.Is(err, ErrType) {
		t.Errorf("uint32 as int32: %v", err)
	}
	_, err = Dataset[int32](f, "le_i44")
	if !errors.Is(err, ErrNoDataset) || !strings.Contains(err.Error(), "the file has /be_f2, ") {
		t.Errorf("no choice of names: %v", err)
	}
}

// TestDatasets lists everything with a name, and says of each what it is.
func TestDatasets(t *testing.T) {
	listed := map[string][]Info{}
	for _, e := range readExpected(t) {
		if e.Error != "" || e.Dataset == "/soft" || e.File == "extlink.h5" {
			continue
		}
		if listed[e.File] == nil {
			f, err := Open(filepath.Join("testdata", e.File))
			if err != nil {
				t.Fatal(err)
			}
			if listed[e.File], err = f.Datasets(); err != nil {
				t.Fatal(err)
			}
			f.Close()
		}
		infos := listed[e.File]
		i := slices.IndexFunc(infos, func(i Info) bool { return i.Name == e.Dataset })
		if i < 0 || !slices.Equal(infos[i].Shape, e.Shape) || infos[i].Kind.String() != e.Dtype || infos[i].Err != nil {
			t.Errorf("%s%s is not listed as it is: %+v", e.File, e.Dataset, infos)
		}
	}
	f, err := Open("testdata/layout_earliest.h5")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Info("gzip_shuffle_fletcher")
	if err != nil || info.Layout != "chunked" || !slices.Equal(info.Filters, []string{"shuffle", "deflate", "fletcher32"}) || info.Storage == 0 {
		t.Errorf("%+v, %v", info, err)
	}
	if info, err := f.Info("/null"); err != nil || !errors.Is(info.Err, ErrNoElements) || info.Shape != nil {
		t.Errorf("null dataspace: %+v, %v", info, err)
	}
}

// TestPersistAndReduce is the use the package is made for.
func TestPersistAndReduce(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "x.h5")
	const n = 100_000
	values := make([]float32, n)
	want := 0.0
	for i := range values {
		values[i] = float32(i%1000) / 8
		want += float64(values[i])
	}
	create(t, path, "x", values, []int{n}, []int{7_000}, Shuffle(), Gzip(4))
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, chunk := range []int{7_000, 20_000, n} {
		x, err := Dataset[float32](f, "x", array.Chunks(chunk))
		if err != nil {
			t.Fatal(err)
		}
		sum, err := x.Sum().Item(ctx)
		if err != nil || math.Abs(float64(sum)-want) > 1e-6*want {
			t.Errorf("chunks of %d: sum %v, want %v, %v", chunk, sum, want, err)
		}
	}
}
