package xmpptest

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/stanzakit/stanzakit/wire"
)

// parseStream reads what stands in a stream whose stanzas are of namespace content. The closing tag becomes an element without a name.
func parseStream(content string, text []byte) ([]*wire.Raw, error) {
	doc, err := wire.AppendHeader(nil, content, nil)
	if err != nil {
		return nil, err
	}
	doc = append(doc, text...)
	d := wire.NewDecoder(bytes.NewReader(doc), nil, wire.Limits{Bytes: len(doc) + 1, Elements: len(doc) + 1})
	d.SetContentNamespace(content)
	if _, err := d.Header(); err != nil {
		return nil, err
	}
	var out []*wire.Raw
	for {
		el, err := d.Next()
		switch {
		case errors.Is(err, io.EOF):
			return append(out, &wire.Raw{}), nil
		case errors.Is(err, io.ErrUnexpectedEOF) && d.Buffered() == 0:
			return out, nil
		case err != nil:
			return nil, err
		}
		raw, ok := el.(*wire.Raw) // what a decoder without a registry makes of everything
		if !ok {
			return nil, fmt.Errorf("xmpptest: %T in a stream without types", el)
		}
		out = append(out, raw)
	}
}

// unify lets an attribute or a text of want that is "*" or "$name" be what got has in its place, or what the name stands for already.
func (p *player) unify(want, got *wire.Raw) {
	for i, a := range want.Attrs {
		if v, ok := got.Attr(a.Name.Space, a.Name.Local); ok && v != "" {
			want.Attrs[i].Value = p.value(a.Value, v)
		}
	}
	if len(want.Nodes) == 1 && want.Nodes[0].Elem == nil {
		want.Nodes[0].Text = p.value(want.Nodes[0].Text, got.Text())
	}
	w, g := children(want), children(got)
	for i := range min(len(w), len(g)) {
		p.unify(w[i], g[i])
	}
}

// value returns what is wanted in the place of got.
func (p *player) value(want, got string) string {
	known, ok := p.names[want]
	switch {
	case want == "*":
		return got
	case !strings.HasPrefix(want, "$"):
		return want
	case ok:
		return known
	}
	p.names[want] = got
	return got
}

func children(r *wire.Raw) []*wire.Raw {
	var out []*wire.Raw
	for _, n := range r.Nodes {
		if child, ok := n.Elem.(*wire.Raw); ok {
			out = append(out, child)
		}
	}
	return out
}

// lines writes elements so that equal XML is equal text: names with their namespaces, attributes sorted, an element or a text to a line.
func lines(raws []*wire.Raw) []string {
	var out []string
	for _, r := range raws {
		out = appendLines(out, r, "")
	}
	return out
}

func appendLines(out []string, r *wire.Raw, indent string) []string {
	if r.Name.Local == "" {
		return append(out, closing)
	}
	line := indent + "<" + name(r.Name)
	attrs := slices.SortedFunc(slices.Values(r.Attrs), func(a, b wire.Attr) int {
		return cmp.Or(cmp.Compare(a.Name.Space, b.Name.Space), cmp.Compare(a.Name.Local, b.Name.Local))
	})
	for _, a := range attrs {
		line += fmt.Sprintf(" %s=%q", name(a.Name), a.Value)
	}
	out = append(out, line+">")
	parent := len(children(r)) > 0
	for _, n := range r.Nodes {
		switch child, ok := n.Elem.(*wire.Raw); {
		case ok:
			out = appendLines(out, child, indent+"  ")
		case parent && strings.TrimSpace(n.Text) == "": // between elements
		default:
			out = append(out, fmt.Sprintf("%s  %q", indent, n.Text))
		}
	}
	return out
}

func name(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return "{" + n.Space + "}" + n.Local
}
