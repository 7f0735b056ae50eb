package wire_test

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/stanzakit/stanzakit/wire"
)

// TestS24_Bytes meets the limit on bytes exactly, whatever the bytes are and however they arrive.
func TestS24_Bytes(t *testing.T) {
	const limit = 200
	fill := func(before, after string) func(int) string {
		return func(n int) string { return before + strings.Repeat("x", n-len(before)-len(after)) + after }
	}
	tests := []struct {
		name string
		in   func(n int) string
	}{
		{"text", fill("<message><body>", "</body></message>")},
		{"attribute", fill("<message id='", "'/>")},
		{"attribute of an element with an end", fill("<message id='", "'></message>")},
		{"attribute name", fill("<message ", "='y'/>")},
		{"element name", fill("<", "/>")},
		{"space in a tag", func(n int) string { return "<message" + strings.Repeat(" ", n-10) + "/>" }},
		{"space in an end tag", func(n int) string { return "<message></message" + strings.Repeat(" ", n-19) + ">" }},
		{"CDATA", fill("<message><body><![CDATA[", "]]></body></message>")},
		{"stray text", fill("<message>", "</message>")},
		{"namespace", fill("<message xmlns='", "'/>")},
		{"many children", func(n int) string {
			return "<message>" + strings.Repeat("<x/>", (n-19)/4) + strings.Repeat(" ", (n-19)%4) + "</message>"
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for n, end := range map[int]string{limit: io.EOF.Error(), limit + 1: policy, 2 * limit: policy} {
				for i, p := range splits(header + tt.in(n) + footer) {
					got := read(&p, samples(), wire.Limits{Bytes: limit})
					if got.End != end || len(got.Elements) > 0 != (n == limit) {
						t.Fatalf("%d bytes, split %d: %+v, want %s", n, i, got, end)
					}
				}
			}
		})
	}
	// What is wrong beyond the limit is beyond it, whoever sees it first; and white space between stanzas counts for nothing.
	x := strings.Repeat("x", limit)
	for _, in := range []string{"<message a='" + x + "<'/>", "<message>" + x + "&</message>", "<message>" + x + "\x01</message>", "<message><![CDATA[" + x + "\x01]]></message>"} {
		everySplit(t, header+in, wire.Limits{Bytes: limit}, verdict{End: policy})
	}
	everySplit(t, header+strings.Repeat(" ", 2*limit)+footer, wire.Limits{Bytes: limit}, verdict{End: io.EOF.Error()})
}

// TestS24_Counts meets the limits on depth, elements and attributes.
func TestS24_Counts(t *testing.T) {
	nested := func(n int) string { return strings.Repeat("<a>", n) + strings.Repeat("</a>", n) }
	items := func(n int) string {
		return strings.Repeat("<item xmlns='urn:example'>", n) + strings.Repeat("</item>", n)
	}
	flat := func(n int) string { return "<a>" + strings.Repeat("<b/>", n-1) + "</a>" }
	repeats := func(n int) string {
		return "<query xmlns='urn:example'>" + strings.Repeat("<size>1</size>", n-1) + "</query>"
	}
	bad := func(n int) string {
		return "<query xmlns='urn:example'>" + strings.Repeat("<level a='b'>x</level>", n-1) + "</query>"
	}
	attrs := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, " a%d=''", i)
		}
		return "<a" + b.String() + "/>"
	}
	declarations := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, " xmlns:a%d='urn:a'", i)
		}
		return "<a" + b.String() + "/>"
	}
	before, after := wire.BeforeAuth(), wire.AfterAuth()
	tests := []struct {
		name   string
		limits wire.Limits
		in     func(int) string
		n      int
	}{
		{"depth before auth", before, nested, before.Depth},
		{"depth", after, nested, after.Depth},
		{"depth of types", after, items, after.Depth},
		{"elements before auth", before, flat, before.Elements},
		{"elements", after, flat, after.Elements},
		{"repeated elements", before, repeats, before.Elements},
		{"elements read again", before, bad, before.Elements},
		{"attributes before auth", before, attrs, before.Attrs},
		{"attributes", after, attrs, after.Attrs},
		{"declarations", before, declarations, before.Attrs},
		{"none given", wire.Limits{}, nested, after.Depth},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for n, end := range map[int]string{tt.n: io.EOF.Error(), tt.n + 1: policy, tt.n + 7: policy} {
				in := pieces{header + "<a/>" + tt.in(n) + footer}
				got := read(&in, samples(), tt.limits)
				if want := 2; got.End != end || n != tt.n && len(got.Elements) != 1 || n == tt.n && len(got.Elements) != want {
					t.Errorf("%d: %d elements, %s, want %s", n, len(got.Elements), got.End, end)
				}
			}
		})
	}
}

// TestSetLimits changes the limits amid a stream, as logging in does.
func TestSetLimits(t *testing.T) {
	big := "<a>" + strings.Repeat("<b/>", 100) + "</a>"
	d := wire.NewDecoder(&pieces{header + "<a/>" + big + big}, nil, wire.BeforeAuth())
	if _, err := d.Header(); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Next(); err != nil {
		t.Fatal(err)
	}
	d.SetLimits(wire.AfterAuth())
	if _, err := d.Next(); err != nil {
		t.Fatal(err)
	}
	d.SetLimits(wire.BeforeAuth())
	if el, err := d.Next(); err == nil {
		t.Errorf("got %v", el)
	}
}

// bomb is a reader that never ends: first the header, then piece after piece. It notes how large the heap gets.
type bomb struct {
	piece string
	rest  string
	read  int
	most  int // bytes after which it ends after all
	heap  uint64
}

func (b *bomb) Read(p []byte) (int, error) {
	if b.read > b.most {
		return 0, io.EOF
	}
	if b.read>>20 != (b.read+len(p))>>20 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		b.heap = max(b.heap, m.HeapAlloc)
	}
	for len(b.rest) < len(p) {
		b.rest += strings.Repeat(b.piece, 1+(len(p)-len(b.rest))/len(b.piece))
	}
	n := copy(p, b.rest)
	b.rest = b.rest[n:]
	b.read += n
	return n, nil
}

// TestS24_Bombs feeds streams that never end. Each ends at a limit, and until then memory stays flat.
func TestS24_Bombs(t *testing.T) {
	const most = 5 << 20
	tests := []struct {
		name, start, piece string
		ends               bool // at a limit; what does not end must be skipped for free
	}{
		{"text", "<message><body>", "x", true},
		{"text of references", "<message><body>", "&#65;", true},
		{"CDATA", "<message><body><![CDATA[", "x", true},
		{"many CDATA sections", "<message><body>", "<![CDATA[x]]>", true},
		{"attribute value", "<message id='", "x", true},
		{"attributes", "<message ", "a='' ", true},
		{"name", "<", "x", true},
		{"nested elements", "", "<a>", true},
		{"nested types", "", "<item xmlns='urn:example'>", true},
		{"children", "<message>", "<a/>", true},
		{"bad children", "<query xmlns='urn:example'>", "<level>x</level>", true},
		{"declarations", "<message>", "<a xmlns:a='urn:a' xmlns:b='urn:b'>", true},
		{"text between stanzas", "", "x", true},
		{"comment", "<!--", "x", true},
		{"instruction", "<?", "x", true},
		{"document type", "", "<!DOCTYPE x [", true},
		{"end tag", "<a></a", " ", true},
		{"white space", "", " \n", false},
		{"stanzas", "", "<message><body>x</body></message>", false},
		{"stanzas of new names", "", "<message><a xmlns='urn:a'>x</a></message> ", false},
	}
	for _, tt := range tests {
		for name, limits := range map[string]wire.Limits{"before auth": wire.BeforeAuth(), "after auth": wire.AfterAuth()} {
			t.Run(tt.name+" "+name, func(t *testing.T) {
				b := &bomb{rest: header + tt.start, piece: tt.piece, most: most}
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				d := wire.NewDecoder(b, samples(), limits)
				_, err := d.Header()
				for err == nil {
					_, err = d.Next()
				}
				if ended := err != io.ErrUnexpectedEOF; ended != tt.ends {
					t.Errorf("%v after %d bytes", err, b.read)
				}
				if b.heap > m.HeapAlloc+4<<20 {
					t.Errorf("heap grew from %d to %d bytes", m.HeapAlloc, b.heap)
				}
				if most := 4*limits.Bytes + 1<<16; tt.ends && b.read > most {
					t.Errorf("read %d bytes", b.read)
				}
			})
		}
	}
}

// TestS24_BufferGivenBack: a large stanza does not leave its memory behind.
func TestS24_BufferGivenBack(t *testing.T) {
	in := pieces{header, "<a b='" + strings.Repeat("x", 1<<20-100) + "'/>", "<c/>", "<d/>"}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	d := wire.NewDecoder(&in, nil, wire.Limits{})
	_, err := d.Header()
	for i := 0; i < 3 && err == nil; i++ {
		_, err = d.Next()
	}
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if after.HeapAlloc > before.HeapAlloc+256<<10 {
		t.Errorf("%d bytes more than before", after.HeapAlloc-before.HeapAlloc)
	}
	runtime.KeepAlive(d)
}

// TestS24_Work: within the limits, too, the work grows with the input and not with its square.
func TestS24_Work(t *testing.T) {
	many := func(before, piece, after string) string {
		limits := wire.AfterAuth()
		n := min((limits.Bytes-len(before)-len(after))/len(piece), limits.Elements-10)
		return before + strings.Repeat(piece, n) + after
	}
	var prefixes strings.Builder
	for i := range 60 {
		fmt.Fprintf(&prefixes, " xmlns:p%d='urn:%s'", i, strings.Repeat("x", 500))
	}
	tests := []struct{ name, in string }{
		{"stray text", many("<query xmlns='urn:example'>", "some text<x/>", "</query>")},
		{"text around children", many("<message><body>", "some stray text that is longer<x/>", "</body></message>")},
		{"prefixes in text", many("<a"+prefixes.String()+">", "<b>p1:p2:p3:</b>", "</a>")},
		{"repeats", many("<query xmlns='urn:example'>", "<show/>", "</query>")},
		{"bad values", many("<query xmlns='urn:example'>", "<item jid='@'/>", "</query>")},
		{"text in one", "<message><body>" + strings.Repeat("x", 1<<20-200) + "</body></message>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := wire.NewDecoder(strings.NewReader(header+tt.in+footer), samples(), wire.AfterAuth())
			if _, err := d.Header(); err != nil {
				t.Fatal(err)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			el, err := d.Next()
			if err != nil {
				t.Fatal(err)
			}
			runtime.ReadMemStats(&after)
			if n := after.TotalAlloc - before.TotalAlloc; n > 64<<20 {
				t.Errorf("decoding %d bytes allocates %d", len(tt.in), n)
			}
			out, err := wire.Marshal(el)
			if err != nil {
				t.Fatal(err)
			}
			runtime.ReadMemStats(&before)
			if n := before.TotalAlloc - after.TotalAlloc; n > 256<<20 {
				t.Errorf("encoding %d bytes allocates %d for %d", len(tt.in), n, len(out))
			}
		})
	}
}
