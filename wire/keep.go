package wire

import (
	"cmp"
	"encoding/xml"
	"slices"
	"strings"
)

// NOTE. What follows writes again what a struct's Extra kept, at the place it had among its siblings. A child is kept with the number of children of its name, held in
// fields, that stood before it. So when the first child of an element is to be written, its kept children are sorted by name and by that number, and from then on each
// name counts what the fields have written: however many are kept, each is looked at a few times only.

// keep is an open element whose kept children have been sorted.
type keep struct {
	kin   int              // where its part of Encoder.kin begins
	order int              // where its part of Encoder.order begins
	names map[xml.Name]int // where in kin a name is, if there are many
}

// kin are the kept children of one name.
type kin struct {
	space, local string
	count        int // children of the name that fields have written so far
	next, end    int // the part of Encoder.order that is still to be written
}

// ordered is a kept child.
type ordered struct {
	kin, index int // of its name, and Kept.Index
	at         int // in Extra.Children
}

const (
	fewNames = 8   // are searched one by one
	maxOrder = 256 // kept children that the next element has room for
)

// extraAttrs completes a start tag with the attributes that no field holds.
func (e *Encoder) extraAttrs() {
	if x := e.frames[len(e.frames)-1].extra; x != nil {
		e.Attrs(x.Attrs)
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

// sorted returns the kept children of the element at this index, which has some, sorted.
func (e *Encoder) sorted(index int) *keep {
	f := &e.frames[index]
	if f.keep > 0 {
		return &e.keeps[f.keep-1]
	}
	e.keeps = append(e.keeps, keep{kin: len(e.kin), order: len(e.order)})
	f.keep = int32(len(e.keeps))
	k := &e.keeps[f.keep-1]
	for i := range f.extra.Children {
		name := f.extra.Children[i].Elem.ElementName()
		at := e.find(k, name.Space, name.Local)
		if at < 0 {
			at = e.add(k, name)
		}
		e.order = append(e.order, ordered{kin: at, index: f.extra.Children[i].Index, at: i})
	}
	slices.SortFunc(e.order[k.order:], func(a, b ordered) int {
		return cmp.Or(a.kin-b.kin, cmp.Compare(a.index, b.index), a.at-b.at)
	})
	for i := k.order; i < len(e.order); i++ {
		kin := &e.kin[e.order[i].kin]
		if kin.end == 0 {
			kin.next = i
		}
		kin.end = i + 1
	}
	return k
}

// find returns where in kin the name is, or -1.
func (e *Encoder) find(k *keep, space, local string) int {
	if k.names != nil {
		if at, ok := k.names[xml.Name{Space: space, Local: local}]; ok {
			return at
		}
		return -1
	}
	for at := k.kin; at < len(e.kin); at++ {
		if e.kin[at].local == local && e.kin[at].space == space {
			return at
		}
	}
	return -1
}

// add gives a name a place in kin.
func (e *Encoder) add(k *keep, name xml.Name) int {
	at := len(e.kin)
	e.kin = append(e.kin, kin{space: name.Space, local: name.Local})
	switch n := len(e.kin) - k.kin; {
	case k.names != nil:
		k.names[name] = at
	case n > fewNames:
		k.names = make(map[xml.Name]int, 2*n)
		for i := k.kin; i <= at; i++ {
			k.names[xml.Name{Space: e.kin[i].space, Local: e.kin[i].local}] = i
		}
	}
	return at
}

// forget drops all but the first n of keeps, and what belongs to them.
func (e *Encoder) forget(n int) {
	if n >= len(e.keeps) {
		return
	}
	clear(e.kin[e.keeps[n].kin:])
	e.kin, e.order = e.kin[:e.keeps[n].kin], e.order[:e.keeps[n].order]
	clear(e.keeps[n:])
	e.keeps = e.keeps[:n]
	if n == 0 && cap(e.order) > maxOrder {
		e.kin, e.order = nil, nil
	}
}

// before writes what was kept from before the next child of this name in the element at this index, and counts the child. It reports whether the wire lacked it.
func (e *Encoder) before(index int, space, local string) (lacking bool) {
	f := &e.frames[index]
	if f.keeping {
		return false
	}
	if lacking = f.extra.lacks(space, local); lacking {
		e.zero++
	}
	if len(f.extra.Children) == 0 {
		return lacking
	}
	at := e.find(e.sorted(index), space, local)
	if at < 0 {
		return lacking
	}
	for e.err == nil && e.kin[at].next < e.kin[at].end {
		o := e.order[e.kin[at].next]
		if o.index > e.kin[at].count {
			break
		}
		e.kin[at].next++
		if k := &e.frames[index].extra.Children[o.at]; o.index == e.kin[at].count && !k.Shadow {
			e.kept(index, k.Elem)
		}
	}
	e.kin[at].count++
	return lacking
}

// rest writes what was kept and has not been written yet.
func (e *Encoder) rest(index int) {
	x, kept := e.frames[index].extra, int(e.frames[index].kept)
	if kept < len(x.Children) {
		for i := range x.Children[kept:] {
			k := &x.Children[kept+i]
			name := k.Elem.ElementName()
			count := e.kin[e.find(e.sorted(index), name.Space, name.Local)].count
			if !k.Shadow && k.Index >= count || k.Shadow && k.Index == unheld && count == 0 {
				e.kept(index, k.Elem)
			}
		}
		e.forget(int(e.frames[index].keep) - 1)
	}
	e.chars(x.Text)
}

// amid writes the children that stood in the text of simple content, with the text before each as long as that is the same, and returns what is left.
func (e *Encoder) amid(index int, s string) string {
	x := e.frames[index].extra
	if len(x.Children) == 0 {
		return s
	}
	s = strings.Clone(s) // it may stand in scratch, which the children use too
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

// shadowed writes the shadow of a plain value in its place, if there is one and the value is still the same.
func (e *Encoder) shadowed(index int, space, local, text string) bool {
	at := e.find(e.sorted(index), space, local)
	if at < 0 {
		return false
	}
	for _, o := range e.order[e.kin[at].next:e.kin[at].end] {
		k := &e.frames[index].extra.Children[o.at]
		raw, ok := k.Elem.(*Raw)
		switch {
		case o.index > e.kin[at].count:
			return false
		case !ok || !k.Shadow || o.index < e.kin[at].count:
			continue
		case k.Text != text:
			return false
		}
		e.closeTag()
		e.before(index, space, local)
		e.kept(index, raw)
		return true
	}
	return false
}
