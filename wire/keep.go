package wire

import "strings"

// What follows writes again what a struct's Extra kept, at the place it had among its siblings.

// extraAttrs completes a start tag with the attributes that no field holds.
func (e *Encoder) extraAttrs(f *open) {
	if f.extra != nil {
		e.Attrs(f.extra.Attrs)
	}
}

// lacksAttr reports whether a zero attribute must not be written: the wire lacked it, or all of the element.
func (e *Encoder) lacksAttr(local string) bool {
	if e.zero > 0 {
		return true
	}
	if len(e.frames) == 0 {
		return false
	}
	x := e.frames[len(e.frames)-1].extra
	return x != nil && x.lacks("", local)
}

// before writes what was kept from before the next child of this name in the element at this index, and counts the child. It reports whether the wire lacked it.
func (e *Encoder) before(index int, space, local string) (lacking bool) {
	f := &e.frames[index]
	x := f.extra
	if f.keeping {
		return false
	}
	if lacking = x.lacks(space, local); lacking {
		e.zero++
	}
	if len(x.Children) == 0 {
		return lacking
	}
	count := e.sibling(index, space, local)
	for _, k := range x.Children {
		if n := k.Elem.ElementName(); k.Index == *count && !k.Shadow && n.Local == local && n.Space == space {
			e.kept(index, k.Elem)
		}
	}
	*e.sibling(index, space, local)++
	return lacking
}

// rest writes what was kept and has not been written yet.
func (e *Encoder) rest(index int) {
	x := e.frames[index].extra
	for _, k := range x.Children[e.frames[index].kept:] {
		name := k.Elem.ElementName()
		count := *e.sibling(index, name.Space, name.Local)
		if !k.Shadow && k.Index >= count || k.Shadow && k.Index == unheld && count == 0 {
			e.kept(index, k.Elem)
		}
	}
	e.chars(x.Text)
	for len(e.seen) > 0 && e.seen[len(e.seen)-1].depth >= index {
		e.seen = e.seen[:len(e.seen)-1]
	}
}

// amid writes the children that stood in the text of simple content, with the text before each as long as that is the same, and returns what is left.
func (e *Encoder) amid(index int, s string) string {
	x := e.frames[index].extra
	if x == nil {
		return s
	}
	for _, k := range x.Children {
		rest, same := strings.CutPrefix(s, k.Text)
		if k.Shadow || !same {
			break
		}
		e.chars(k.Text)
		e.kept(index, k.Elem)
		e.frames[index].kept++
		s = rest
		if e.err != nil {
			break
		}
	}
	return s
}

// kept writes an element out of Extra.
func (e *Encoder) kept(index int, el Element) {
	if e.err != nil {
		return
	}
	e.frames[index].keeping = true
	e.element(el)
	if e.err == nil {
		e.frames[index].keeping = false
	}
}

// sibling returns the number of children of this name that fields have written so far.
func (e *Encoder) sibling(depth int, space, local string) *int {
	for i := len(e.seen) - 1; i >= 0 && e.seen[i].depth >= depth; i-- {
		if s := &e.seen[i]; s.depth == depth && s.local == local && s.space == space {
			return &s.n
		}
	}
	e.seen = append(e.seen, siblings{depth: depth, space: space, local: local})
	return &e.seen[len(e.seen)-1].n
}

// child writes a child with a plain value. isZero says that the value is its type's zero, which is not written where the wire lacked the child.
func (e *Encoder) child(space, local, text string, isZero bool) {
	if e.err != nil {
		return
	}
	if n := len(e.frames); n > 0 {
		x := e.frames[n-1].extra
		if isZero && (e.zero > 0 || x != nil && x.lacks(space, local)) {
			return
		}
		if x != nil && len(x.Children) > 0 && e.shadowed(n-1, space, local, text) {
			return
		}
	}
	e.Start(space, local, nil)
	e.filled()
	e.Text(text)
	e.End()
}

// shadowed writes the shadow of a plain value in its place, if there is one and the value is still the same.
func (e *Encoder) shadowed(index int, space, local, text string) bool {
	count := *e.sibling(index, space, local)
	for _, k := range e.frames[index].extra.Children {
		raw, ok := k.Elem.(*Raw)
		if !ok || !k.Shadow || k.Index != count || raw.Name.Local != local || raw.Name.Space != space {
			continue
		}
		if k.Text != text {
			return false
		}
		e.closeTag()
		e.before(index, space, local)
		e.kept(index, raw)
		return true
	}
	return false
}
