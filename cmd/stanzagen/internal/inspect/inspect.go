// Package inspect tells what a document becomes when it is decoded: the Go type of every element, what stayed raw, and whether anything was lost on the way
// back.
//
// The typical call:
//
//	r, err := inspect.Document(data, gen.Registry())
//	for depth, el := range r.Root.All() {
//		fmt.Println(depth, el.Name.Local, el.Type, el.Raw)
//	}
//
// NOTE: how it is built. The document is decoded twice: with no registry, which gives every element in document order (the skeleton), and with the
// registry. match.go goes down both side by side. A child of the skeleton belongs to what the typed parent holds under that name: an element of
// its own, something kept in Extra, or else a plain field.
package inspect

import (
	"encoding/xml"
	"iter"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/lossless"
	"github.com/stanzakit/stanzakit/wire"
)

// Report is what became of a document.
type Report struct {
	Root    *Element
	Encoded []byte                // the document, encoded again; nil if that failed
	Lost    []lossless.Difference // what Encoded holds otherwise
}

// Element is one element of the document.
type Element struct {
	Name     xml.Name
	Type     string // the Go type it was decoded into
	Raw      bool   // it stayed raw
	Err      error  // why, if a value in it was bad
	Children []*Element
}

// Document decodes a document with the types of the registry and encodes it again. An error is bad syntax.
func Document(data []byte, reg *wire.Registry) (*Report, error) {
	skeleton, err := wire.Unmarshal(data, nil)
	if err != nil {
		return nil, err
	}
	el, err := wire.Unmarshal(data, reg)
	if err != nil {
		return nil, err
	}
	m := &matcher{reg}
	r := &Report{Root: m.element(skeleton.(*wire.Raw), el)}
	if r.Encoded, err = wire.Marshal(el); err != nil {
		r.Lost = []lossless.Difference{{Path: "/", What: err.Error()}}
		return r, nil
	}
	if r.Lost, err = lossless.Compare(data, r.Encoded); err != nil {
		r.Lost = []lossless.Difference{{Path: "/", What: err.Error()}}
	}
	return r, nil
}

// All goes over the element and everything below it in document order, with the depth of each.
func (e *Element) All() iter.Seq2[int, *Element] {
	return func(yield func(int, *Element) bool) { e.walk(0, yield) }
}

func (e *Element) walk(depth int, yield func(int, *Element) bool) bool {
	if !yield(depth, e) {
		return false
	}
	for _, c := range e.Children {
		if !c.walk(depth+1, yield) {
			return false
		}
	}
	return true
}
