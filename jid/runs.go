package jid

import "slices"

// run is a range of characters of which preparation leaves nothing to find out. Each is assigned in
// all versions of Unicode since 8.0, stands for itself in normalization form C whatever stands beside
// it, is no combining mark, is written from left to right, has no rule about its context (RFC 5892,
// appendix A), and is valid in resourceparts (RFC 8264, 4.3); all but the symbols are, in
// lower case, also valid in localparts (4.2) and in names (RFC 5892, 2). A test holds every
// character of Unicode against the libraries.
type run struct {
	lo, hi rune
	is     runKind
	lower  rune // the distance from capitals to their small letters
}

type runKind uint8

const (
	small   runKind = iota // small letters, letters without case, digits
	capital                // capitals
	even                   // even ones are the capitals of the odd ones behind them
	odd                    // odd ones are the capitals of the even ones behind them
	symbol                 // for resourceparts only
)

// runs is sorted.
var runs = []run{
	{0xC0, 0xD6, capital, 32}, {0xD8, 0xDE, capital, 32}, {0xDF, 0xF6, small, 0}, {0xF8, 0xFF, small, 0}, // Latin
	{0x100, 0x12F, even, 0}, {0x131, 0x131, small, 0}, {0x134, 0x137, even, 0}, {0x138, 0x138, small, 0},
	{0x139, 0x13E, odd, 0}, {0x141, 0x148, odd, 0}, {0x14A, 0x177, even, 0}, {0x178, 0x178, capital, -121},
	{0x179, 0x17E, odd, 0}, {0x1A0, 0x1A1, even, 0}, {0x1AF, 0x1B0, odd, 0},
	{0x386, 0x386, capital, 38}, {0x388, 0x38A, capital, 37}, {0x38C, 0x38C, capital, 64}, // Greek
	{0x38E, 0x38F, capital, 63}, {0x390, 0x390, small, 0}, {0x391, 0x3A1, capital, 32},
	{0x3A3, 0x3AB, capital, 32}, {0x3AC, 0x3CE, small, 0},
	{0x400, 0x40F, capital, 80}, {0x410, 0x42F, capital, 32}, {0x430, 0x45F, small, 0}, // Cyrillic
	{0x460, 0x481, even, 0}, {0x48A, 0x4BF, even, 0}, {0x4D0, 0x52F, even, 0},
	{0x531, 0x556, capital, 48}, {0x561, 0x586, small, 0}, // Armenian
	{0x904, 0x939, small, 0}, {0x966, 0x96F, small, 0}, // Devanagari
	{0xE01, 0xE30, small, 0}, {0xE40, 0xE46, small, 0}, {0xE50, 0xE59, small, 0}, // Thai
	{0x10D0, 0x10FA, small, 0},                                                            // Georgian
	{0x1EA0, 0x1EF9, even, 0},                                                             // Vietnamese
	{0x2010, 0x2027, symbol, 0}, {0x2030, 0x205E, symbol, 0}, {0x20A0, 0x20BE, symbol, 0}, // punctuation, currencies
	{0x2190, 0x2328, symbol, 0}, {0x232B, 0x23FA, symbol, 0}, {0x2500, 0x2775, symbol, 0}, // arrows to dingbats
	{0x3005, 0x3007, small, 0}, {0x3041, 0x3096, small, 0}, {0x30A1, 0x30FA, small, 0}, // Japanese
	{0x30FC, 0x30FE, small, 0},
	{0x3400, 0x4DB5, small, 0}, {0x4E00, 0x9FD5, small, 0}, // Han
	{0xAC00, 0xD7A3, small, 0},                                                                  // Hangul
	{0x1F300, 0x1F579, symbol, 0}, {0x1F57B, 0x1F5A3, symbol, 0}, {0x1F5A5, 0x1F6D0, symbol, 0}, // pictographs
}

// runOf returns the run of a character beyond ASCII, nil if it is in none.
func runOf(c rune) *run {
	i, found := slices.BinarySearchFunc(runs, c, func(r run, c rune) int {
		switch {
		case r.hi < c:
			return -1
		case r.lo > c:
			return 1
		}
		return 0
	})
	if !found {
		return nil
	}
	return &runs[i]
}

// small returns the small letter of one of the run's.
func (r *run) small(c rune) rune {
	switch r.is {
	case capital:
		return c + r.lower
	case even:
		return c | 1
	case odd:
		return c + c&1
	}
	return c
}
