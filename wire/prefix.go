package wire

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
)

// prefix is what an element's own name may need.
type prefix uint8

const (
	noPrefix prefix = iota
	ofStream        // the stream's, as long as it has not been bound again
	ofXML           // xml, which cannot be the default
)

var prefixes = [...]string{noPrefix: "", ofStream: "stream:", ofXML: "xml:"}

// namespace writes what the namespace of an element asks for, whose name has been written: a declaration or a prefix, unless it is the default.
func (e *Encoder) namespace(f *open, space string) {
	switch {
	case space == f.def:
	case space == nsXML:
		e.rename(f, ofXML)
	case e.stream && space == nsStreams && e.bound("stream") == nsStreams:
		e.rename(f, ofStream)
	default:
		f.def = space
		e.declareDefault(space)
	}
}

// rename writes the name of an element again, with a prefix.
func (e *Encoder) rename(f *open, p prefix) {
	f.prefix = p
	e.buf = append(append(append(e.buf[:f.mark], '<'), prefixes[p]...), f.local...)
}

// bound returns what the prefix stands for.
func (e *Encoder) bound(prefix string) string {
	uri, _ := e.scope.lookup(asBytes(prefix))
	return uri
}

// declareDefault writes a declaration of the default namespace.
func (e *Encoder) declareDefault(space string) {
	const declares = " xmlns='"
	if !e.known.space(space) {
		e.buf = append(e.buf, declares...)
		e.newNamespace(space)
		e.buf = append(e.buf, '\'')
		return
	}
	e.buf = append(append(append(e.buf, declares...), space...), '\'')
}

// newNamespace writes the name of a namespace that is not known to be good.
func (e *Encoder) newNamespace(space string) {
	if !e.known.passing && checkNamespace(asBytes(space)) != nil || space == nsXML || space == nsXMLNS {
		e.Fail(fmt.Errorf("namespace %q: %w", space, errNamespaceName))
	}
	from := len(e.buf)
	e.escape(space, &inAttr)
	if e.err == nil && space != "" && len(e.buf)-from == len(space) { // and so it needs no escape
		e.known.add(good{s: space})
	}
}

// hasAttr reports whether the start tag being written has the attribute. Apostrophes stand around values only, never in them.
func (e *Encoder) hasAttr(f *open, prefix, local string) bool {
	for rest := e.buf[f.mark:]; ; {
		before, value, ok := bytes.Cut(rest, []byte("'"))
		if !ok {
			return false
		}
		if name, ok := bytes.CutSuffix(before[:len(before)-len("=")], asBytes(local)); ok && isPrefix(name, prefix) {
			return true
		}
		_, rest, _ = bytes.Cut(value, []byte("'"))
	}
}

// isPrefix reports whether a tag, written up to an attribute's local name, ends in this prefix, which may be none.
func isPrefix(tag []byte, prefix string) bool {
	if prefix != "" {
		var ok bool
		if tag, ok = bytes.CutSuffix(tag, []byte(":")); !ok {
			return false
		}
		if tag, ok = bytes.CutSuffix(tag, asBytes(prefix)); !ok {
			return false
		}
	}
	return bytes.HasSuffix(tag, []byte(" "))
}

// Prefix declares a namespace prefix on the element whose start tag is being written, for QNames in its content. One that is bound so already is left alone.
func (e *Encoder) Prefix(prefix, space string) {
	if e.err != nil {
		return
	}
	if bound, ok := e.scope.lookup(asBytes(prefix)); ok && bound == space {
		return
	}
	if len(e.frames) == 0 {
		e.Fail(fmt.Errorf("prefix %q outside a start tag", prefix))
		return
	}
	f := &e.frames[len(e.frames)-1]
	switch err := checkNamespace(asBytes(space)); {
	case err != nil:
		e.Fail(err)
	case space == "" || space == nsXML || space == nsXMLNS || prefix == "xml" || prefix == "xmlns" || prefix == "" || ncName(asBytes(prefix)) != len(prefix):
		e.Fail(fmt.Errorf("prefix %q cannot be bound to %q", prefix, space))
	case e.hasAttr(f, "xmlns", prefix):
		e.Fail(fmt.Errorf("prefix %q bound twice", prefix))
	default:
		if prefixes[f.prefix] == prefix+":" {
			e.unprefix(f)
		}
		e.scope = append(e.scope, binding{prefix: prefix, uri: space})
		full := e.full
		e.prefixed("xmlns", prefix, space)
		e.full = full
	}
}

// unprefix takes back the stream's prefix from the element whose start tag is being written, because it is about to be bound to something else.
func (e *Encoder) unprefix(f *open) {
	tag := slices.Clone(e.buf[f.mark+len("<")+len(prefixes[f.prefix])+len(f.local):])
	e.buf = append(append(append(e.buf[:f.mark], '<'), f.local...), " xmlns='"+nsStreams+"'"...)
	e.buf = append(e.buf, tag...)
	f.prefix, f.def = noPrefix, nsStreams
}

// prefixFor returns a prefix that is bound to the namespace, declared now if there is none.
func (e *Encoder) prefixFor(space string) string {
	if space == nsXML {
		return "xml"
	}
	for i := len(e.scope) - 1; i >= 0; i-- {
		if b := &e.scope[i]; b.uri == space {
			if uri, _ := e.scope.lookup(asBytes(b.prefix)); uri == space {
				return b.prefix
			}
		}
	}
	n := len(e.scope) + 1 // likely to be free, however many there are
	if e.stream {
		n--
	}
	for ; ; n++ {
		p := "ns" + strconv.Itoa(n)
		if _, taken := e.scope.lookup(asBytes(p)); !taken {
			e.Prefix(p, space)
			return p
		}
	}
}

// AppendHeader appends a stream's XML declaration and opening tag (RFC 6120, section 4.2): the prefix "stream" bound to the stream namespace, content as the default
// namespace, and the attributes that are not empty.
func AppendHeader(dst []byte, content string, attrs []Attr) ([]byte, error) {
	e := NewStreamEncoder(content)
	e.Reset([]byte("<?xml version='1.0'?>"))
	e.Start(nsStreams, "stream", nil)
	e.declareDefault(content)
	e.buf = append(e.buf, " xmlns:stream='"+nsStreams+"'"...)
	for _, a := range attrs {
		if a.Value != "" {
			e.anyAttr(a)
		}
	}
	if e.err != nil {
		return dst, e.err
	}
	return append(append(dst, e.buf...), '>'), nil
}
