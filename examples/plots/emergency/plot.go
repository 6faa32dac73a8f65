package main

import (
	"fmt"
	"image/color"
	"math"
	"os"
	"strconv"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

var (
	blue   = color.RGBA{R: 0x9e, G: 0xca, B: 0xe1, A: 0xff}
	orange = color.RGBA{R: 0xe6, G: 0x55, B: 0x0d, A: 0xff}
)

// width is that of a bar, in minutes.
const width = 5

// drawTo writes a PNG of the histograms, one below the other, on the same axes.
func drawTo(path string, schemes []Scheme) error {
	plot.DefaultFont = font.Font{Typeface: "Liberation", Variant: "Sans"}
	end, top := 0.0, 0.0
	for _, s := range schemes {
		for i, share := range shares(s.Minutes) {
			end, top = max(end, float64(i+1)*width), max(top, share)
		}
	}
	const margin = 0.3 * vg.Centimeter
	img := vgimg.NewWith(vgimg.UseWH(18*vg.Centimeter, 18*vg.Centimeter), vgimg.UseDPI(100))
	c := draw.Crop(draw.New(img), margin, -margin, margin, -margin)
	tiles := draw.Tiles{Rows: len(schemes), Cols: 1, PadY: margin}
	var rows [][]*plot.Plot
	for i, s := range schemes {
		p, err := histogram(s, i == len(schemes)-1)
		if err != nil {
			return err
		}
		p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, end, 0, 1.05*top
		rows = append(rows, []*plot.Plot{p})
	}
	for i, row := range plot.Align(rows, tiles, c) {
		rows[i][0].Draw(row[0])
	}

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

// histogram draws one scheme.
func histogram(s Scheme, label bool) (*plot.Plot, error) {
	p := plot.New()
	ambulances := fmt.Sprintf("%d zones of %d × %d places, an ambulance each", s.Zones, s.Side, s.Side)
	if s.Zones == 1 {
		ambulances = fmt.Sprintf("one zone of %d × %d places, one ambulance", s.Side, s.Side)
	}
	p.Title.Text, p.Title.Padding = ambulances, vg.Points(4)
	p.Y.Label.Text = "calls, %"
	if label {
		p.X.Label.Text = "response time, minutes"
	}
	p.X.Tick.Marker, p.Y.Tick.Marker = every(10), every(10)

	bars := &plotter.Histogram{Width: width, FillColor: blue, LineStyle: plotter.DefaultLineStyle}
	bars.LineStyle.Width = vg.Points(0.5)
	for i, share := range shares(s.Minutes) {
		bars.Bins = append(bars.Bins, plotter.HistogramBin{Min: float64(i * width), Max: float64((i + 1) * width), Weight: share})
	}
	mean := stat.Mean(s.Minutes, nil)
	line, err := plotter.NewLine(plotter.XYs{{X: mean, Y: 0}, {X: mean, Y: 100}})
	if err != nil {
		return nil, err
	}
	line.Color, line.Width = orange, vg.Points(2)
	p.Add(bars, line)
	p.Legend.Top, p.Legend.Padding = true, vg.Points(3)
	p.Legend.Add(fmt.Sprintf("%d calls", len(s.Minutes)), bars)
	p.Legend.Add(fmt.Sprintf("mean %.1f minutes", mean), line)
	return p, nil
}

// shares returns what percentage of the times is in each bar.
func shares(minutes []float64) []float64 {
	var counts []float64
	for _, m := range minutes {
		i := int(math.Floor(m / width))
		for len(counts) <= i {
			counts = append(counts, 0)
		}
		counts[i] += 100 / float64(len(minutes))
	}
	return counts
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
