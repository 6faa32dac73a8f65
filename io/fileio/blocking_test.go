//go:build unix

package fileio_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/io/fileio"
	"github.com/gomagpie/magpie/sched"
)

// Tasks that wait for a pipe do not keep others from the workers: here those write what the first wait for.
func TestBlockedReadersGiveTheirPlaceAway(t *testing.T) {
	for _, workers := range []int{1, 2} {
		e := sched.New(sched.Workers(workers))
		ctx := context.Background()
		var readers []*futures.Future[string]
		var writers []*futures.Future[int]
		dir := t.TempDir()
		for i := range workers {
			path := filepath.Join(dir, string(rune('a'+i)))
			if err := syscall.Mkfifo(path, 0o600); err != nil {
				t.Fatal(err)
			}
			reads := make(chan struct{})
			readers = append(readers, futures.CtxDelay1(func(ctx context.Context, path string) (string, error) {
				close(reads)
				r, err := fileio.OpenContext(ctx, path)
				if err != nil {
					return "", err
				}
				defer r.Close()
				all, err := io.ReadAll(r)
				return string(all), err
			}, futures.Value(path)).Start(ctx, sched.On(e)))
			<-reads
		}
		for i := range workers {
			writers = append(writers, futures.TryDelay1(func(i int) (int, error) {
				w, err := os.OpenFile(filepath.Join(dir, string(rune('a'+i))), os.O_WRONLY, 0)
				if err != nil {
					return 0, err
				}
				defer w.Close()
				io.WriteString(w, "first, ")
				return w.WriteString("second")
			}, futures.Value(i)).Start(ctx, sched.On(e)))
		}
		for i := range workers {
			for _, done := range []<-chan struct{}{writers[i].Done(), readers[i].Done()} {
				select { // not Result, which would help
				case <-done:
				case <-time.After(20 * time.Second):
					t.Fatal(workers, "workers: all wait for pipes, and nobody writes")
				}
			}
			if got, err := readers[i].Result(ctx); got != "first, second" || err != nil {
				t.Error(got, err)
			}
		}
		e.Close()
	}
}
