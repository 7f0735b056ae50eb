package fuzz

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/stanzakit/stanzakit/wire"
)

// tester is what tests, fuzzers and properties have in common.
type tester interface {
	Helper()
	Errorf(string, ...any)
	Fatalf(string, ...any)
}

const (
	nsStreams = "http://etherx.jabber.org/streams"
	header    = `<stream:stream xmlns='jabber:client' xmlns:stream='` + nsStreams + `' id='s' version='1.0'>`
	footer    = `</stream:stream>`
)

// TestTypes: whatever the fields of a generated type hold, it is encoded and decoded without loss, in every way there is.
func TestTypes(t *testing.T) {
	draws(t, 3)
	for _, s := range subjects() {
		t.Run(s.title(), func(t *testing.T) {
			for _, extra := range []bool{false, true} {
				rapid.Check(t, func(rt *rapid.T) {
					d := &drawer{source: rapidly{rt}, extra: extra}
					checkValue(rt, s, s.element(d.draw(s, 2)))
				})
			}
		})
	}
}

// FuzzTypes is TestTypes for a machine with time: the bytes decide what the fields hold.
func FuzzTypes(f *testing.F) {
	for i := 0; i < len(subjects()); i += 25 { // the fuzzer finds the others
		f.Add(uint16(i), i%2 == 0, []byte("stanza"))
	}
	f.Fuzz(func(t *testing.T, i uint16, extra bool, data []byte) {
		s := subjects()[int(i)%len(subjects())]
		d := &drawer{source: &fuzzed{data}, extra: extra}
		checkValue(t, s, s.element(d.draw(s, 4)))
	})
}

// checkValue encodes and decodes a value.
func checkValue(t tester, s subject, el wire.Element) {
	t.Helper()
	out, err := wire.Marshal(el)
	if err != nil {
		t.Fatalf("%v\n%+v", err, el)
	}
	tokens := wellFormed(t, out)
	back := s.new()
	if s.registered {
		back, err = wire.Unmarshal(out, registry())
	} else {
		err = wire.UnmarshalInto(out, registry(), back)
	}
	if err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	if diff := difference(el, back, exact); diff != "" {
		t.Fatalf("decoded again from %s (-want +got):\n%s", out, diff)
	}
	if twice, err := wire.Marshal(back); err != nil || !bytes.Equal(out, twice) {
		t.Errorf("encoded again: %v\n%s\n%s", err, out, twice)
	}
	throughEncodingXML(t, s, el, out, tokens)
	throughStream(t, s, el, "jabber:client")
	if _, ok := el.(wire.Stanza); ok {
		throughStream(t, s, el, "jabber:server")
	}
}

// wellFormed wants what was encoded to be a document for encoding/xml, and one that breaks no rule that it does not know.
func wellFormed(t tester, out []byte) []string {
	t.Helper()
	tokens, err := theirTokens(string(out), false)
	if err != nil {
		t.Fatalf("%q: encoding/xml: %v", out, err)
	}
	if rule := broken(string(out), false); rule != "" {
		t.Fatalf("%q is not well-formed: %s", out, rule)
	}
	return tokens
}

// throughEncodingXML wants xml.Marshal to write the same elements, and xml.Unmarshal to read what the codec reads without a registry.
func throughEncodingXML(t tester, s subject, el wire.Element, out []byte, tokens []string) {
	t.Helper()
	std := marshalXML(t, el)
	if diff := cmp.Diff(tokens, wellFormed(t, std)); diff != "" {
		t.Fatalf("xml.Marshal (-codec +encoding/xml):\n%s\n%s\n%s", out, std, diff)
	}
	want, got := s.new(), s.new()
	if err := wire.UnmarshalInto(out, nil, want); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	if err := xml.Unmarshal(out, value(got)); err != nil {
		t.Fatalf("%s: xml.Unmarshal: %v", out, err)
	}
	if diff := difference(want, got, resolved); diff != "" {
		t.Fatalf("xml.Unmarshal of %s (-codec +got):\n%s", out, diff)
	}
}

// value is what encoding/xml is given for an element: a pointer to the generated struct.
func value(el wire.Element) any {
	if u, ok := el.(under); ok {
		return u.Body
	}
	return el
}

// marshalXML encodes with encoding/xml.
func marshalXML(t tester, el wire.Element) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := xml.NewEncoder(&b)
	if err := enc.EncodeElement(value(el), xml.StartElement{Name: el.ElementName()}); err != nil {
		t.Fatalf("xml.Marshal: %v\n%+v", err, el)
	}
	if err := enc.Close(); err != nil {
		t.Fatalf("%v", err)
	}
	return b.Bytes()
}

// throughStream sends the element over a stream with this content namespace.
func throughStream(t tester, s subject, el wire.Element, content string) {
	t.Helper()
	head, err := wire.AppendHeader(nil, content, []wire.Attr{{Name: xml.Name{Local: "id"}, Value: "s"}})
	if err != nil {
		t.Fatalf("%v", err)
	}
	e := wire.NewStreamEncoder(content)
	e.Reset(head)
	if err := e.Encode(el); err != nil {
		t.Fatalf("stream: %v\n%+v", err, el)
	}
	in := append(e.Bytes(), footer...)
	if rule := broken(string(in), true); rule != "" {
		t.Fatalf("%q may not stand in a stream: %s", in, rule)
	}
	if !s.registered {
		return // its name stands for nothing by itself
	}
	d := wire.NewDecoder(bytes.NewReader(in), registry(), wire.AfterAuth())
	d.SetContentNamespace(content)
	if _, err := d.Header(); err != nil {
		t.Fatalf("%s: %v", in, err)
	}
	got, err := d.Next()
	if err != nil {
		t.Fatalf("%s: %v", in, err)
	}
	if diff := difference(el, got, exact); diff != "" {
		t.Fatalf("out of stream %s (-want +got):\n%s", in, diff)
	}
	if _, err := d.Next(); !errors.Is(err, io.EOF) {
		t.Fatalf("%s: end: %v", in, err)
	}
}

// TestTypesReach: the values drawn differ enough for the test to mean something: every field of every type is set at times.
func TestTypesReach(t *testing.T) {
	const most = 2000
	for _, s := range subjects() {
		missing := map[string]bool{"Extra": true}
		for _, f := range fields(s.typ) {
			missing[f.Name] = true
		}
		source := random{rand.New(rand.NewPCG(1, 2))}
		for i := 0; i < most && len(missing) > 0; i++ {
			d := &drawer{source: source, extra: true}
			v := d.draw(s, 1).Elem()
			maps.DeleteFunc(missing, func(name string, _ bool) bool { return !v.FieldByName(name).IsZero() })
		}
		for name := range missing {
			t.Errorf("%s.%s is never set", s.title(), name)
		}
	}
}
