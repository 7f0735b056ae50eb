package jid

import "unicode/utf8"

// Parameters of RFC 3492, 5.
const (
	punyBase = 36
	punyTMin = 1
	punyTMax = 26
	punySkew = 38
	punyDamp = 700
	punyBias = 72
)

// adapt is the bias after a difference (RFC 3492, 6.1).
func adapt(delta, points int, first bool) int {
	if first {
		delta /= punyDamp
	} else {
		delta /= 2
	}
	delta += delta / points
	k := 0
	for ; delta > (punyBase-punyTMin)*punyTMax/2; k += punyBase {
		delta /= punyBase - punyTMin
	}
	return k + (punyBase-punyTMin+1)*delta/(delta+punySkew)
}

func punyDigit(d int) byte {
	if d < 26 {
		return byte('a' + d)
	}
	return byte('0' + d - 26)
}

func punyThreshold(k, bias int) int { return min(max(k-bias, punyTMin), punyTMax) }

// appendPunycode appends what stands behind "xn--" for a label that is not ASCII (RFC 3492, 6.3). The label
// is of a size that nothing can overflow.
func appendPunycode(b []byte, label []byte) []byte {
	from, total := len(b), 0
	for _, c := range string(label) {
		if c < utf8.RuneSelf {
			b = append(b, byte(c))
		}
		total++
	}
	done := len(b) - from
	basic := done
	if basic > 0 {
		b = append(b, '-')
	}
	bias, delta := punyBias, 0
	for n := rune(utf8.RuneSelf); done < total; n++ {
		next := rune(utf8.MaxRune)
		for _, c := range string(label) {
			if c >= n {
				next = min(next, c)
			}
		}
		delta += int(next-n) * (done + 1)
		n = next
		for _, c := range string(label) {
			switch {
			case c < n:
				delta++
			case c == n:
				b = appendPunyInt(b, delta, bias)
				bias = adapt(delta, done+1, done == basic)
				delta = 0
				done++
			}
		}
		delta++
	}
	return b
}

// appendPunyInt appends an integer of variable length.
func appendPunyInt(b []byte, q, bias int) []byte {
	for k := punyBase; ; k += punyBase {
		t := punyThreshold(k, bias)
		if q < t {
			return append(b, punyDigit(q))
		}
		b = append(b, punyDigit(t+(q-t)%(punyBase-t)))
		q = (q - t) / (punyBase - t)
	}
}

// decodePunycode reads what appendPunycode has written into runes (RFC 3492, 6.2), as many as there is room for. What it makes of anything
// else is to be told by encoding it again.
func decodePunycode(to []rune, s []byte) ([]rune, bool) {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] != '-' {
			continue
		}
		for _, c := range s[:i] {
			to = append(to, rune(c))
		}
		s = s[i+1:]
		break
	}
	n, i, bias, basic := rune(utf8.RuneSelf), 0, punyBias, len(to)
	for len(s) > 0 {
		if len(to) == cap(to) {
			return nil, false
		}
		before, w := i, 1
		for k := punyBase; ; k += punyBase {
			if len(s) == 0 || i > utf8.MaxRune<<6 || w > utf8.MaxRune<<6 {
				return nil, false
			}
			d := int(s[0] - 'a')
			if s[0] <= '9' {
				d = int(s[0]-'0') + 26
			}
			s = s[1:]
			i += d * w
			t := punyThreshold(k, bias)
			if d < t {
				break
			}
			w *= punyBase - t
		}
		bias = adapt(i-before, len(to)+1, len(to) == basic)
		n += rune(i / (len(to) + 1))
		i %= len(to) + 1
		if n > utf8.MaxRune {
			return nil, false
		}
		to = append(to, 0)
		copy(to[i+1:], to[i:])
		to[i] = n
		i++
	}
	return to, len(to) > basic
}
