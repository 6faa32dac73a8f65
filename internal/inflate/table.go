package inflate

import "math/bits"

// A code is decoded by a look into a table with the next bits of the input, the first one lowest. Codes that are longer
// than the table's bits are in tables of their own behind it, which the entry for their beginning names.
const (
	litBits  = 11 // of the table for literals and lengths
	distBits = 8
	lenBits  = 7 // as long as those codes get

	maxLit  = 288
	maxDist = 32
	maxCode = 15

	// How many entries there are at most with all tables behind, for any lengths of so many codes (zlib's "enough").
	litSize  = 2342
	distSize = 402

	endOfBlock = 256
)

// entry is what a table says about the next bits:
//
//	bit 31      it is a literal
//	16…30       the literal; the length or distance without its extra bits; or where in the table another one begins
//	15          none of these: one of the next three
//	14          the code goes on in another table
//	13          the end of the block
//	12          no code begins so
//	8…11        how many bits the code has in this table; or of the table that goes on
//	0…7         how many bits the code has in this table, with its extra bits
type entry uint32

const (
	literal entry = 1 << 31
	special entry = 1 << 15
	further entry = 1 << 14
	end     entry = 1 << 13
	invalid entry = 1 << 12
)

func (e entry) base() int  { return int(e >> 16 & 0x7fff) }
func (e entry) code() uint { return uint(e >> 8 & 15) }
func (e entry) bits() uint { return uint(e & 63) }

// value is the length or distance that e stands for, with its extra bits, which follow its code in b.
func (e entry) value(b uint64) int {
	return int(e>>16) + int(b&(1<<(e&63)-1)>>(e>>8&15))
}

// What entries say of symbols, without the bits of their codes.
var (
	litSymbols  [maxLit]entry
	distSymbols [maxLit]entry
	lenSymbols  [maxLit]entry
)

func init() {
	for i := range 256 {
		litSymbols[i] = literal | entry(i)<<16
	}
	litSymbols[endOfBlock] = special | end
	base := 3
	for i := range 28 {
		extra := max(i/4-1, 0)
		litSymbols[257+i] = entry(base)<<16 | entry(extra)
		base += 1 << extra
	}
	litSymbols[285] = 258 << 16
	litSymbols[286], litSymbols[287] = special|invalid, special|invalid
	base = 1
	for i := range 30 {
		extra := max(i/2-1, 0)
		distSymbols[i] = entry(base)<<16 | entry(extra)
		base += 1 << extra
	}
	distSymbols[30], distSymbols[31] = special|invalid, special|invalid
	for i := range 19 {
		lenSymbols[i] = entry(i) << 16
	}
}

// with returns e for a code of n bits.
func (e entry) with(n uint) entry {
	if e&(literal|special) != 0 {
		return e + entry(n)
	}
	return e + entry(n)<<8 + entry(n)
}

// build makes the table of the codes of these lengths, 0 for symbols without one. It returns false if there are no such
// codes: more than fit, or fewer, but for none at all and a single one of one bit.
func build(table []entry, tableBits uint, lens []uint8, symbols *[maxLit]entry) bool {
	var count, at [maxCode + 2]int
	for _, l := range lens {
		count[l]++
	}
	count[0] = 0
	left := 1
	for l := 1; l <= maxCode; l++ {
		if left = left<<1 - count[l]; left < 0 {
			return false
		}
		at[l+1] = at[l] + count[l]
	}
	n := at[maxCode+1]
	if left > 0 {
		if n > 1 || n == 1 && count[1] == 0 {
			return false
		}
		for i := range table[:1<<tableBits] {
			table[i] = special | invalid
		}
		if n == 1 {
			for sym, l := range lens {
				if l == 1 {
					for i := 0; i < 1<<tableBits; i += 2 {
						table[i] = symbols[sym].with(1)
					}
				}
			}
		}
		return true
	}
	// The symbols in the order of their codes.
	var sorted [maxLit]uint16
	for sym, l := range lens {
		if l != 0 {
			sorted[at[l]] = uint16(sym)
			at[l]++
		}
	}

	// Codes come in order. Each is kept with its first bit lowest: to add one is to change the bits from the last one
	// that is 0 on. The table is filled for codes of l bits in its first 1<<l entries, which are doubled for the next l.
	var (
		code  uint32
		next  int // in sorted
		l     = uint(1)
		size  = 2 // 1 << l
		start = 0 // of the table that goes on
		width uint
		from  = ^uint32(0) // the beginning of the codes in it
		total = 1 << tableBits
	)
	for {
		for count[l] == 0 {
			if l++; l <= tableBits {
				copy(table[size:2*size], table[:size])
				size *= 2
			}
		}
		sym := symbols[sorted[next]]
		next++
		if l <= tableBits {
			table[code] = sym.with(l)
		} else {
			if code&(1<<tableBits-1) != from {
				from = code & (1<<tableBits - 1)
				// As wide as the codes that begin so need.
				width = l - tableBits
				for room := count[l]; room < 1<<width; {
					width++
					room = room<<1 + count[tableBits+width]
				}
				start = total
				total += 1 << width
				table[from] = special | further | entry(start)<<16 | entry(width)<<8 | entry(tableBits)
			}
			e := sym.with(l - tableBits)
			for i := start + int(code>>tableBits); i < total; i += 1 << (l - tableBits) {
				table[i] = e
			}
		}
		if next == n {
			break
		}
		ones := code ^ (1<<l - 1) // has a 1 for every 0 of the code
		top := uint32(1) << (bits.Len32(ones) - 1)
		code = code&(top-1) | top
		count[l]--
	}
	for ; l < tableBits; l++ {
		copy(table[size:2*size], table[:size])
		size *= 2
	}
	return true
}
