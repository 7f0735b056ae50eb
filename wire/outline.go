package wire

import "encoding/xml"

// Outline is what an element consists of, in numbers of the decoder's registry: its own name, and the names of its children and
// grandchildren in document order. Handlers are found by it.
type Outline struct {
	Root  NameID
	Nodes []OutlineNode
}

// OutlineNode is one child or grandchild. ID is 0 if the registry does not know the name.
type OutlineNode struct {
	ID    NameID
	Depth int // 1 for a child, 2 for a grandchild: of the nearest child before it
}

// reset empties the outline and keeps its memory, within reason.
func (o *Outline) reset() {
	o.Root = 0
	if cap(o.Nodes) > 1024 {
		o.Nodes = nil
	}
	o.Nodes = o.Nodes[:0]
}

// note adds the element at the depth below the root.
func (o *Outline) note(id NameID, depth int) {
	switch depth {
	case 0:
		o.Root = id
	case 1, 2:
		o.Nodes = append(o.Nodes, OutlineNode{ID: id, Depth: depth})
	}
}

// OutlineOf returns the outline of an element that was not decoded but made, by way of encoding it.
func OutlineOf(el Element, reg *Registry) (*Outline, error) {
	data, err := Marshal(el)
	if err != nil {
		return nil, err
	}
	d := NewDocumentDecoder(data, reg, Limits{Bytes: len(data) + 1, Elements: len(data) + 1})
	d.begin()
	if d.token() != tokStart {
		return nil, d.cause(errNotRoot)
	}
	d.skip(d.start())
	if d.err != nil {
		return nil, d.err
	}
	return &d.outline, nil
}

// Start is the start tag that an element's DecodeXML begins behind.
type Start struct {
	Space, Local string

	info  *info
	depth int // frames, its own included
}

// Is reports whether the element has this name.
func (s Start) Is(space, local string) bool { return s.Local == local && s.Space == space }

// In returns the element's local name if it is of the namespace, else the empty string.
func (s Start) In(space string) string {
	if s.Space == space {
		return s.Local
	}
	return ""
}

// Name returns the element's name.
func (s Start) Name() xml.Name { return xml.Name{Space: s.Space, Local: s.Local} }

// start describes the element that the last token opened, and notes it in the outline.
func (d *Decoder) start() Start {
	f := &d.frames[len(d.frames)-1]
	s := Start{Space: f.space.uri, info: f.space.name(f.local), depth: len(d.frames)}
	var id NameID
	if s.info != nil {
		s.Local, id = s.info.name.Local, s.info.id
	} else {
		s.Local = d.names.str(f.local)
	}
	if !d.quiet {
		d.outline.note(id, s.depth-d.base-1)
	}
	return s
}
