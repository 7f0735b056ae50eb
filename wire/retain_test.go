package wire_test

import (
	"fmt"
	"io"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/stanzakit/stanzakit/gen"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/wire"
)

// heap returns how much is in use once the garbage is gone.
func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// structs returns the memory of everything that v refers to, strings aside.
func structs(v reflect.Value) uint64 {
	var n uint64
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return 0
		}
		if v = v.Elem(); v.Kind() != reflect.Pointer {
			n = uint64(v.Type().Size())
		}
		return n + structs(v)
	case reflect.Struct:
		for i := range v.NumField() {
			n += structs(v.Field(i))
		}
	case reflect.Slice:
		n = uint64(v.Cap()) * uint64(v.Type().Elem().Size())
		for i := range v.Len() {
			n += structs(v.Index(i))
		}
	}
	return n
}

// TestRetained: what has been decoded holds no more than twice its bytes besides its structs, whose sizes the allocator rounds up.
func TestRetained(t *testing.T) {
	const stanzas = 2000
	var in strings.Builder
	in.WriteString(header)
	for i := range stanzas {
		fmt.Fprintf(&in, "<message from='someone-%d@chat.example.net/a.client.%d' to='me@example.org/here' type='chat' id='%032d'><body>%s</body>"+
			"<active xmlns='http://jabber.org/protocol/chatstates'/><unknown xmlns='urn:example:%d' a='b'>text</unknown></message>",
			i, i*7, i, strings.Repeat("words and more ", i%40), i%5)
	}
	d := wire.NewDecoder(strings.NewReader(in.String()), gen.Registry(), wire.AfterAuth())
	if _, err := d.Header(); err != nil {
		t.Fatal(err)
	}
	before := heap()
	kept := make([]wire.Element, 0, stanzas)
	var own uint64
	for range stanzas {
		el, err := d.Next()
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, el)
	}
	held := heap() - before
	for _, el := range kept {
		own += structs(reflect.ValueOf(el))
	}
	if most := 2*uint64(in.Len()) + own*5/4; held > most {
		t.Errorf("%d stanzas of %d bytes, structs of %d bytes, hold %d bytes: more than %d", stanzas, in.Len(), own, held, most)
	}
	runtime.KeepAlive(kept)
}

// TestCutOut: something small that is kept does not keep the large stanza alive that it came in.
func TestCutOut(t *testing.T) {
	large := strings.Repeat("x", 1<<20-1000)
	tests := []struct {
		name string
		keep func(*stanza.Message) any
	}{
		{"address", func(m *stanza.Message) any { return m.From }},
		{"id", func(m *stanza.Message) any { return m.ID }},
		{"extension", func(m *stanza.Message) any { return m.Any[0] }},
		{"subject's text", func(m *stanza.Message) any { return m.Subject[0].Text }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := wire.NewDecoder(strings.NewReader(header+"<message from='a@b' id='c'><subject>d</subject><body>"+large+"</body><e xmlns='urn:f' g='h'>i</e></message>"),
				gen.Registry(), wire.AfterAuth())
			if _, err := d.Header(); err != nil {
				t.Fatal(err)
			}
			before := heap()
			kept := func() any {
				el, err := d.Next()
				if err != nil {
					t.Fatal(err)
				}
				return tt.keep(el.(*stanza.Message))
			}()
			if _, err := d.Next(); err != io.ErrUnexpectedEOF { // it has looked for more, and so let go of the last one
				t.Fatal(err)
			}
			if after := heap(); after > before+64<<10 {
				t.Errorf("%v keeps %d bytes alive", kept, after-before)
			}
			runtime.KeepAlive(kept)
			runtime.KeepAlive(d)
		})
	}
}
