package main

import (
	"image/color"
	"math"
	"os"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

var orange = color.RGBA{R: 0xe6, G: 0x55, B: 0x0d, A: 0xff}

// drawTo writes a PNG of all visits and, beside it, of the end of the search, each over the contours of the function.
func drawTo(path string, visits []Visit) error {
	plot.DefaultFont = font.Font{Typeface: "Liberation", Variant: "Sans"}
	whole, err := panel("The whole search", visits, square{Point{0, 1}, 6}, 2, true)
	if err != nil {
		return err
	}
	end, err := panel("Around the minimum", visits, square{Point{1, 1}, 0.6}, 0.2, false)
	if err != nil {
		return err
	}

	const margin, strip = 0.3 * vg.Centimeter, 2.6 * vg.Centimeter
	img := vgimg.NewWith(vgimg.UseWH(26*vg.Centimeter, 12.2*vg.Centimeter), vgimg.UseDPI(100))
	c := draw.Crop(draw.New(img), margin, -margin, margin, -margin)
	half := (c.Max.X - c.Min.X - strip) / 2
	whole.Draw(draw.Crop(c, 0, -half-strip-margin, 0, 0))
	end.Draw(draw.Crop(c, half+margin, -strip-margin, 0, 0))
	orderBar(len(visits)).Draw(draw.Crop(c, 2*half+2*margin, -margin, 1.2*vg.Centimeter, 0)) // beside the panels, not their axes

	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := (vgimg.PngCanvas{Canvas: img}).WriteTo(f); err != nil {
		return err
	}
	return f.Close()
}

// panel draws an area with a tick every so often.
func panel(title string, visits []Visit, area square, tick float64, legend bool) (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text = title
	p.Title.Padding = vg.Points(6)

	lines := contours(area)
	points, err := scatter(visits, area)
	if err != nil {
		return nil, err
	}
	best, err := plotter.NewLine(improvements(visits))
	if err != nil {
		return nil, err
	}
	best.Color, best.Width = orange, vg.Points(1.2)
	minimum, err := plotter.NewScatter(plotter.XYs{{X: 1, Y: 1}})
	if err != nil {
		return nil, err
	}
	minimum.GlyphStyle = draw.GlyphStyle{Color: color.Black, Radius: vg.Points(5), Shape: draw.CrossGlyph{}}
	p.Add(lines)
	if legend {
		ground, err := plotter.NewPolygon(area.corner())
		if err != nil {
			return nil, err
		}
		ground.Color, ground.LineStyle.Width = color.White, 0
		p.Add(ground)
		p.Legend.Padding = vg.Points(3)
		p.Legend.Add("point visited", points)
		p.Legend.Add("best so far", best)
		p.Legend.Add("minimum", minimum)
		p.Legend.Add("contours, √10 apart", &plotter.Line{LineStyle: lines.LineStyles[len(lines.LineStyles)/2]})
	}
	p.Add(points, best, minimum)

	// After Add, which widens the axes to all data.
	p.X.Label.Text, p.X.Min, p.X.Max = "x", area.middle.X-area.half, area.middle.X+area.half
	p.Y.Label.Text, p.Y.Min, p.Y.Max = "y", area.middle.Y-area.half, area.middle.Y+area.half
	p.X.Tick.Marker, p.Y.Tick.Marker = every(tick), every(tick)
	return p, nil
}

// scatter shows the visits within the area, the later the lighter.
func scatter(visits []Visit, area square) (*plotter.Scatter, error) {
	var at plotter.XYs
	var colors []color.Color
	shades := shading(len(visits))
	for i, v := range visits {
		if area.contains(v.Point) {
			c, err := shades.At(float64(i))
			if err != nil {
				return nil, err
			}
			at, colors = append(at, plotter.XY{X: v.X, Y: v.Y}), append(colors, c)
		}
	}
	points, err := plotter.NewScatter(at)
	if err != nil {
		return nil, err
	}
	style := draw.GlyphStyle{Radius: vg.Points(1.8), Shape: draw.CircleGlyph{}}
	points.GlyphStyleFunc = func(i int) draw.GlyphStyle {
		style.Color = colors[i]
		return style
	}
	points.GlyphStyle = style // for the legend
	points.Color = colors[len(colors)/2]
	return points, nil
}

// improvements is the path of the best point.
func improvements(visits []Visit) plotter.XYs {
	var path plotter.XYs
	best := math.Inf(1)
	for _, v := range visits {
		if v.Value < best {
			best = v.Value
			path = append(path, plotter.XY{X: v.X, Y: v.Y})
		}
	}
	return path
}

// every puts a labelled tick at each multiple of a step.
type every float64

// Ticks implements plot.Ticker.
func (step every) Ticks(low, high float64) []plot.Tick {
	var ticks []plot.Tick
	for k := math.Ceil(low / float64(step)); k*float64(step) <= high+1e-9; k++ {
		ticks = append(ticks, plot.Tick{Value: k * float64(step), Label: strconv.FormatFloat(k*float64(step), 'g', 3, 64)})
	}
	return ticks
}
