package fuzz

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stanzakit/stanzakit/wire"
)

// unwritable is what no XML document can hold, however it is written.
var unwritable = []string{
	"\x00", "\x01", "\b", "\v", "\f", "\x1b", "\x1f", "\ufffe", "\uffff", "\x80", "\xbf", "\xc0\xaf", "\xc3", "\xe2\x82", "\xe0\x80\xbc", "\xed\xa0\x80", "\xed\xbf\xbf",
	"\xf0\x9f\x98", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xfe", "\xff",
}

// TestRefused puts what XML cannot hold into each field of each type that holds a string: nothing is written, and the error says where.
func TestRefused(t *testing.T) {
	tried := 0
	for _, s := range subjects() {
		for _, f := range fields(s.typ) {
			if f.Type.Kind() != reflect.String && f.Type != reflect.TypeFor[[]string]() && f.Type != reflect.TypeFor[*string]() {
				continue
			}
			for _, bad := range unwritable {
				for _, around := range []string{"%s", "long enough that a faster loop may begin: %s", "%s and longer than a machine word", "\u00e9%s\u00e9"} {
					tried++
					x := reflect.New(s.typ)
					v := x.Elem().FieldByIndex(f.Index)
					if of, ok := strings.CutSuffix(f.Name, "Text"); ok && f.untagged {
						x.Elem().FieldByName(of).SetString("gone")
					}
					text := strings.ReplaceAll(around, "%s", bad)
					switch f.Type.Kind() {
					case reflect.Pointer:
						v.Set(reflect.ValueOf(&text))
					case reflect.Slice:
						v.Set(reflect.ValueOf([]string{"good", text}))
					default:
						v.SetString(text)
					}
					refused(t, s.element(x), s.title()+"."+f.Name)
				}
			}
		}
	}
	if tried < 5000 {
		t.Errorf("tried only %d values", tried)
	}
}

// refused wants the element not to be written.
func refused(t tester, el wire.Element, what string) {
	t.Helper()
	out, err := wire.Append([]byte("before"), el)
	if string(out) != "before" {
		t.Errorf("%s: wrote %q", what, out)
	}
	if bad, ok := errors.AsType[*wire.EncodeError](err); !ok || !strings.HasPrefix(bad.Path, el.ElementName().Local) {
		t.Errorf("%s: error %v", what, err)
	}
	e := wire.NewStreamEncoder("jabber:client")
	good := &wire.Raw{Name: xml.Name{Space: "urn:a", Local: "a"}}
	if err := e.Encode(good); err != nil {
		t.Fatalf("%v", err)
	}
	before := bytes.Clone(e.Bytes())
	if err := e.Encode(el); err == nil || !bytes.Equal(before, e.Bytes()) {
		t.Errorf("%s: stream: error %v, and %q was written", what, err, e.Bytes())
	}
	if err := e.Encode(good); err != nil || !bytes.Equal(append(before, before...), e.Bytes()) {
		t.Errorf("%s: stream: after that, %v and %q", what, err, e.Bytes())
	}
	if _, ok := el.(*wire.Raw); ok {
		return // encoding/xml knows generated types only
	}
	var b bytes.Buffer
	if err := xml.NewEncoder(&b).EncodeElement(value(el), xml.StartElement{Name: el.ElementName()}); err == nil || b.Len() > 0 {
		t.Errorf("%s: xml.Marshal: error %v, and %q was written", what, err, &b)
	}
}

// TestRefusedElsewhere does the same with the strings that wildcards and Extra hold, and with names that are none.
func TestRefusedElsewhere(t *testing.T) {
	name := func(space, local string) xml.Name { return xml.Name{Space: space, Local: local} }
	places := map[string]func(bad string) *wire.Raw{
		"text": func(bad string) *wire.Raw {
			return &wire.Raw{Name: name("urn:a", "a"), Nodes: []wire.Node{{Text: bad}}}
		},
		"attribute": func(bad string) *wire.Raw {
			return &wire.Raw{Name: name("urn:a", "a"), Attrs: []wire.Attr{{Name: name("", "b"), Value: bad}}}
		},
		"attribute name": func(bad string) *wire.Raw {
			return &wire.Raw{Name: name("urn:a", "a"), Attrs: []wire.Attr{{Name: name("", "b"+bad)}}}
		},
		"attribute space": func(bad string) *wire.Raw {
			return &wire.Raw{Name: name("urn:a", "a"), Attrs: []wire.Attr{{Name: name("urn:"+bad, "b")}}}
		},
		"space": func(bad string) *wire.Raw { return &wire.Raw{Name: name("urn:"+bad, "a")} },
		"prefix": func(bad string) *wire.Raw {
			return &wire.Raw{Name: name("urn:a", "a"), Prefixes: []wire.Prefix{{Prefix: "p" + bad, Space: "urn:p"}}}
		},
		"prefix space": func(bad string) *wire.Raw {
			return &wire.Raw{Name: name("urn:a", "a"), Prefixes: []wire.Prefix{{Prefix: "p", Space: "urn:" + bad}}}
		},
		"child": func(bad string) *wire.Raw {
			return &wire.Raw{Name: name("urn:a", "a"), Nodes: []wire.Node{{Elem: &wire.Raw{Name: name("urn:a", "a"+bad)}}}}
		},
	}
	names := []string{" ", "\n", "<", ">", "&", "'", "\"", "/", "=", "\u00d7", "\u2028"} // besides, what no name holds
	iri := []string{"&", "'", "/", "=", "\u00d7"}                                        // what a namespace name may hold of these
	for place, make := range places {
		all := unwritable
		if place != "text" && place != "attribute" {
			all = slices.Concat(names, unwritable)
		}
		for _, bad := range all {
			el := make(bad)
			if strings.HasSuffix(place, "space") && slices.Contains(iri, bad) {
				continue
			}
			refused(t, el, fmt.Sprintf("%s %q", place, bad))
			extra := &wire.Extra{Children: []wire.Kept{{Elem: el}}, Attrs: el.Attrs}
			for _, s := range subjects() {
				x := reflect.New(s.typ)
				x.Elem().FieldByName("Extra").Set(reflect.ValueOf(extra))
				if _, err := wire.Marshal(s.element(x)); err == nil {
					t.Errorf("%s %q in Extra of %s was written", place, bad, s.title())
				}
				if wild := x.Elem().FieldByName("Any"); wild.IsValid() {
					x.Elem().FieldByName("Extra").SetZero()
					wild.Set(reflect.ValueOf([]wire.Element{el}))
					refused(t, s.element(x), fmt.Sprintf("%s %q in a wildcard of %s", place, bad, s.title()))
				}
			}
		}
	}
	for _, bad := range []wire.Element{
		&wire.Raw{}, &wire.Raw{Name: name("http://www.w3.org/2000/xmlns/", "a")}, &wire.Raw{Name: name("urn:a", "a"), Nodes: []wire.Node{{Elem: &wire.Raw{}}}},
		&wire.Raw{Name: name("", "p:a")}, &wire.Raw{Name: name("", "1a")}, &wire.Raw{Name: name("", "-a")},
		&wire.Raw{Name: name("", "a"), Attrs: []wire.Attr{{Name: name("", "xmlns"), Value: "urn:a"}}},
		&wire.Raw{Name: name("", "a"), Attrs: []wire.Attr{{Name: name("", "xmlns:p"), Value: "urn:a"}}},
		&wire.Raw{Name: name("", "a"), Attrs: []wire.Attr{{Name: name("http://www.w3.org/2000/xmlns/", "p"), Value: "urn:a"}}},
		&wire.Raw{Name: name("", "a"), Prefixes: []wire.Prefix{{Prefix: "xml", Space: "urn:a"}}},
		&wire.Raw{Name: name("", "a"), Prefixes: []wire.Prefix{{Prefix: "xmlns", Space: "urn:a"}}},
		&wire.Raw{Name: name("", "a"), Prefixes: []wire.Prefix{{Prefix: "p"}}},
		&wire.Raw{Name: name("", "a"), Prefixes: []wire.Prefix{{Prefix: "p", Space: "urn:a"}, {Prefix: "p", Space: "urn:b"}}},
	} {
		refused(t, bad, fmt.Sprintf("%+v", bad))
	}
}
