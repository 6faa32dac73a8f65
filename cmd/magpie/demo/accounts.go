package demo

import (
	"context"
	"io"
	"math/rand/v2"
	"sort"
	"strconv"

	"github.com/klauspost/compress/gzip"
)

// names are the tutorial's.
var names = [...]string{
	"Alice", "Bob", "Charlie", "Dan", "Edith", "Frank", "George", "Hannah", "Ingrid", "Jerry", "Kevin", "Laura",
	"Michael", "Norbert", "Oliver", "Patricia", "Quinn", "Ray", "Sarah", "Tim", "Ursula", "Victor", "Wendy", "Xavier",
	"Yvonne", "Zelda",
}

// account is what the transactions of one account are drawn from.
type account struct {
	name      string
	magnitude float64 // of its amounts, exponential with mean 100
	trend     float64 // of its amounts in magnitudes, normal around 10
}

// population is the accounts, the same in every file, and how often each is used.
type population struct {
	accounts  []account
	frequency []float64 // cumulated and ending at 1; single frequencies are exponential
}

// Streams of random numbers below a seed; files and blocks count up from theirs.
const (
	populationStream = 0
	fileStream       = 1 << 32
	blockStream      = 1 << 33
)

// newPopulation draws the accounts. The tutorial draws each name at random; here the names are dealt out evenly and
// shuffled, so that Alice exists even among few accounts, whatever the seed.
func newPopulation(seed uint64, n int) *population {
	r := rand.New(rand.NewPCG(seed, populationStream))
	p := &population{accounts: make([]account, n), frequency: make([]float64, n)}
	total := 0.0
	for i := range n {
		p.accounts[i] = account{
			name:      names[i%len(names)],
			magnitude: 100 * r.ExpFloat64(),
			trend:     10 + 10*r.NormFloat64(),
		}
		total += r.ExpFloat64()
		p.frequency[i] = total
	}
	r.Shuffle(n, func(i, j int) {
		p.accounts[i].name, p.accounts[j].name = p.accounts[j].name, p.accounts[i].name
	})
	for i := range p.frequency {
		p.frequency[i] /= total
	}
	return p
}

// transaction is one line's element, before it is grouped by account.
type transaction struct{ id, amount int32 }

// draw makes the transactions of one file, grouped by account.
func (p *population) draw(r *rand.Rand, n int) [][]transaction {
	grouped := make([][]transaction, len(p.accounts))
	for id := range n {
		i := min(sort.SearchFloat64s(p.frequency, r.Float64()), len(p.accounts)-1)
		a := p.accounts[i]
		amount := (r.NormFloat64() + a.trend) * a.magnitude
		grouped[i] = append(grouped[i], transaction{int32(id), int32(amount)})
	}
	return grouped
}

// writeAccounts writes file number file: one line for each account that has transactions in it.
func (p *population) writeAccounts(ctx context.Context, w io.Writer, seed uint64, file, transactions int) error {
	r := rand.New(rand.NewPCG(seed, fileStream+uint64(file)))
	z := gzip.NewWriter(w)
	var line []byte
	for id, ts := range p.draw(r, transactions) {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		if len(ts) == 0 {
			continue
		}
		line = p.appendLine(line[:0], id, ts)
		if _, err := z.Write(line); err != nil {
			return err
		}
	}
	return z.Close()
}

// appendLine writes an account as Python's json.dumps spaces it.
func (p *population) appendLine(b []byte, id int, ts []transaction) []byte {
	b = append(b, `{"id": `...)
	b = strconv.AppendInt(b, int64(id), 10)
	b = append(b, `, "name": "`...)
	b = append(b, p.accounts[id].name...)
	b = append(b, `", "transactions": [`...)
	for i, t := range ts {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(b, `{"transaction-id": `...)
		b = strconv.AppendInt(b, int64(t.id), 10)
		b = append(b, `, "amount": `...)
		b = strconv.AppendInt(b, int64(t.amount), 10)
		b = append(b, '}')
	}
	return append(b, "]}\n"...)
}
