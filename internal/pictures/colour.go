package pictures

import (
	"fmt"
	"image/color"

	"github.com/charmbracelet/x/ansi"
)

// rgb is a colour of the picture.
type rgb [3]uint8

func (c rgb) String() string { return fmt.Sprintf("#%02x%02x%02x", c[0], c[1], c[2]) }

// The colours of the window. It brings its own background, so it looks the same on a light page and on a dark
// one, from which its edge sets it off.
var (
	ground  = rgb{0x0d, 0x11, 0x17}
	ink     = rgb{0xe6, 0xed, 0xf3}
	bar     = rgb{0x1c, 0x21, 0x28}
	edge    = rgb{0x44, 0x4c, 0x56}
	caption = rgb{0x9d, 0xa7, 0xb3}
	buttons = [...]rgb{{0xff, 0x5f, 0x57}, {0xfe, 0xbc, 0x2e}, {0x28, 0xc8, 0x40}}
)

// basic are the 16 colours that every terminal has its own of; the other 240 are the same everywhere.
var basic = [16]rgb{
	{0x48, 0x4f, 0x58}, {0xff, 0x7b, 0x72}, {0x3f, 0xb9, 0x50}, {0xd2, 0x99, 0x22},
	{0x58, 0xa6, 0xff}, {0xbc, 0x8c, 0xff}, {0x39, 0xc5, 0xcf}, {0xb1, 0xba, 0xc4},
	{0x6e, 0x76, 0x81}, {0xff, 0xa1, 0x98}, {0x56, 0xd3, 0x64}, {0xe3, 0xb3, 0x41},
	{0x79, 0xc0, 0xff}, {0xd2, 0xa8, 0xff}, {0x56, 0xd4, 0xdd}, {0xff, 0xff, 0xff},
}

// colourOf is c as the window has it; otherwise if c is nil.
func colourOf(c color.Color, otherwise rgb) rgb {
	switch c := c.(type) {
	case nil:
		return otherwise
	case ansi.BasicColor:
		return basic[c%16]
	case ansi.IndexedColor:
		if c < 16 {
			return basic[c]
		}
	}
	r, g, b, _ := c.RGBA()
	return rgb{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8)}
}

// faint is c as a terminal dims it: two thirds of the way from the background.
func faint(c, background rgb) rgb {
	for i := range c {
		c[i] = uint8((2*int(c[i]) + int(background[i])) / 3)
	}
	return c
}
