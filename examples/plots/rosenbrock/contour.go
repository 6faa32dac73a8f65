package main

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/palette"
	"gonum.org/v1/plot/palette/moreland"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// square is a part of the plane; as a grid it has the decimal logarithm of the function.
type square struct {
	middle Point
	half   float64
}

const cells = 200

func (s square) contains(p Point) bool {
	return math.Abs(p.X-s.middle.X) <= s.half && math.Abs(p.Y-s.middle.Y) <= s.half
}

// corner is the lower right part, where the legend is.
func (s square) corner() plotter.XYs {
	left, right := s.middle.X+0.24*s.half, s.middle.X+s.half
	bottom, top := s.middle.Y-s.half, s.middle.Y-0.56*s.half
	return plotter.XYs{{X: left, Y: bottom}, {X: right, Y: bottom}, {X: right, Y: top}, {X: left, Y: top}}
}

// Dims implements plotter.GridXYZ, as X, Y and Z do.
func (s square) Dims() (c, r int) { return cells + 1, cells + 1 }

// X returns the coordinate of a column.
func (s square) X(c int) float64 { return s.middle.X + s.half*(2*float64(c)/cells-1) }

// Y returns the coordinate of a row.
func (s square) Y(r int) float64 { return s.middle.Y + s.half*(2*float64(r)/cells-1) }

// Z returns the logarithm there; at the minimum itself, which may be on the grid, that of something small.
func (s square) Z(c, r int) float64 {
	return math.Log10(max(rosenbrock(Point{s.X(c), s.Y(r)}), 1e-9))
}

// contours are drawn for each half power of ten, darker where the function is low.
func contours(area square) *plotter.Contour {
	const low, high = -4, 3.5
	var levels []float64
	var styles []draw.LineStyle
	for l := low; float64(l) <= 2*high; l++ {
		level := float64(l) / 2
		levels = append(levels, level)
		shade := 0x60 + 0x70*(level-low)/(high-low)
		styles = append(styles, draw.LineStyle{Color: color.Gray{Y: uint8(shade)}, Width: vg.Points(0.6)})
	}
	c := plotter.NewContour(area, levels, nil)
	c.LineStyles = styles
	return c
}

// shades is the part of a colour map that is dark enough for points on white.
type shades struct {
	palette.ColorMap
	n float64
}

// shading gives the colours of n visits.
func shading(n int) shades {
	m := moreland.Kindlmann()
	m.SetMin(0)
	m.SetMax(1)
	return shades{m, float64(n)}
}

// At returns the colour of the i-th visit.
func (s shades) At(i float64) (color.Color, error) { return s.ColorMap.At(0.1 + 0.75*i/s.n) }

// Min and Max are those of the order.
func (s shades) Min() float64 { return 0 }

// Max returns the number of visits.
func (s shades) Max() float64 { return s.n }

// orderBar explains the colours.
func orderBar(n int) *plot.Plot {
	p := plot.New()
	p.Title.Text, p.Title.Padding = " ", vg.Points(6) // as high as the panels' titles
	p.HideX()
	p.Y.Label.Text = "order of visit"
	p.Add(&plotter.ColorBar{ColorMap: shading(n), Vertical: true})
	p.Y.Padding = 0
	return p
}
