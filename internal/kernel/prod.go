package kernel

import "math/bits"

// ProdFloat returns the product of a in float64, 1 if a is empty. Partial products merge by multiplication.
func ProdFloat[T Float](a []T) float64 {
	p0, p1, p2, p3 := 1.0, 1.0, 1.0, 1.0
	for ; len(a) >= 4; a = a[4:] {
		p0 *= float64(a[0])
		p1 *= float64(a[1])
		p2 *= float64(a[2])
		p3 *= float64(a[3])
	}
	for _, v := range a {
		p0 *= float64(v)
	}
	return (p0 * p1) * (p2 * p3)
}

// ProdFloatAxis multiplies dst[o*inner+j] by the product of a[o, :, j], for a of shape (outer, n, inner).
func ProdFloatAxis[T Float](dst []float64, a []T, outer, n, inner int) {
	for o := range outer {
		block, acc := a[o*n*inner:(o+1)*n*inner], dst[o*inner:(o+1)*inner]
		if inner == 1 {
			acc[0] *= ProdFloat(block)
			continue
		}
		for i := range n {
			row := block[i*inner:][:len(acc)]
			for j := range acc {
				acc[j] *= float64(row[j])
			}
		}
	}
}

// IntProd is an exact product of integers as long as its magnitude fits 64 bits, or has a zero among its factors.
// The zero IntProd is the empty product, 1.
type IntProd struct {
	less1 uint64 // the magnitude of the non-zero factors' product, less 1
	neg   bool
	zero  bool // there was a zero
	over  bool // the non-zero factors' product has more than 64 bits
}

// Merge multiplies by o.
func (p *IntProd) Merge(o IntProd) {
	p.zero = p.zero || o.zero
	p.over = p.over || o.over
	p.neg = p.neg != o.neg
	hi, lo := bits.Mul64(p.less1+1, o.less1+1)
	if hi != 0 || lo == 0 || p.less1+1 == 0 || o.less1+1 == 0 {
		p.over = true
	}
	p.less1 = lo - 1
}

// ProdInt returns the product of a, exactly.
func ProdInt[T Int](a []T) IntProd {
	var p IntProd
	mag := uint64(1)
	for _, v := range a {
		m := uint64(v)
		if v < 0 {
			p.neg, m = !p.neg, -m
		}
		if m == 0 {
			p.zero = true
			return p
		}
		hi, lo := bits.Mul64(mag, m)
		if hi != 0 {
			p.over, lo = true, 1
		}
		mag = lo
	}
	p.less1 = mag - 1
	return p
}

// IntProdTo returns p as a T, or ErrOverflow if it does not fit.
func IntProdTo[T Int](p IntProd) (T, error) {
	if p.zero {
		return 0, nil
	}
	if p.over {
		return 0, ErrOverflow
	}
	s := IntSum{lo: p.less1 + 1}
	if p.neg {
		s = IntSum{hi: -1, lo: -s.lo}
	}
	return IntSumTo[T](s)
}

// ProdIntAxis multiplies dst[o*inner+j] by the product of a[o, :, j], for a of shape (outer, n, inner).
func ProdIntAxis[T Int](dst []IntProd, a []T, outer, n, inner int) {
	for o := range outer {
		block, acc := a[o*n*inner:(o+1)*n*inner], dst[o*inner:(o+1)*inner]
		if inner == 1 {
			acc[0].Merge(ProdInt(block))
			continue
		}
		for i := range n {
			row := block[i*inner:][:len(acc)]
			for j := range acc {
				acc[j].Merge(ProdInt(row[j : j+1]))
			}
		}
	}
}
