package load

import (
	"cmp"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
	"github.com/stanzakit/stanzakit/internal/xsdmodel"
)

// entry is one thing that a content model may hold, and how often once everything around it is taken into account.
type entry struct {
	element  *xsdmodel.Element
	field    *ir.Field // a collapsed or ordered choice, made already
	wildcard *xsdmodel.Particle
	noted    *fieldNote         // a child of a wildcard
	min, max int                // max may be xsdmodel.Unbounded
	choice   *xsdmodel.Particle // entries of the same one: at most one of them is there
}

// name tells entries of one content model apart.
func (e *entry) name() xsdmodel.Name {
	switch {
	case e.element != nil:
		return e.element.Name
	case e.noted != nil:
		return e.noted.name
	}
	return xsdmodel.Name{}
}

// model flattens content models.
type model struct {
	*builder
	pkg  *ir.Package // gets the structs of local elements
	home *ir.Package // of the schema that declares the choices at hand: gets their enums
}

// particle lists what a particle may hold, in the schema's order.
func (m model) particle(x *xsdmodel.Particle) []*entry {
	var out []*entry
	switch x.Kind {
	case xsdmodel.ElementParticle:
		out = []*entry{{element: x.Element, min: 1, max: 1}}
	case xsdmodel.Any:
		if x.Max == 0 {
			return nil
		}
		// How often the wildcard may occur says nothing of the children that annotations name.
		return m.wildcard(x)
	case xsdmodel.GroupRef:
		g := m.set.Group(x.Group)
		inside := m
		if own := m.packages[g.Name.Space]; own != nil {
			inside.home = own
		}
		out = inside.particle(g.Content)
	case xsdmodel.Choice:
		return m.choiceParticle(x)
	default:
		for _, part := range x.Parts {
			out = append(out, m.particle(part)...)
		}
		out = merge(out)
	}
	return repeat(out, x)
}

// many is a number of occurrences like any other above one.
const many = 1000

// repeat multiplies the occurrence of entries with that of the particle around them.
func repeat(entries []*entry, x *xsdmodel.Particle) []*entry {
	if x.Max == 0 {
		return nil
	}
	for _, e := range entries {
		// Beyond one it matters no more how often: clamped, the numbers cannot overflow.
		e.min = min(e.min, many) * min(x.Min, many)
		if e.max == xsdmodel.Unbounded || x.Max == xsdmodel.Unbounded {
			e.max = xsdmodel.Unbounded
		} else {
			e.max = min(e.max, many) * min(x.Max, many)
		}
		if x.Max != 1 {
			e.choice = nil
		}
	}
	return entries
}

func (m model) choiceParticle(x *xsdmodel.Particle) []*entry {
	note := m.notes[x]
	switch {
	case note.enum != "" && x.Max != 1:
		m.errorf(x.Pos, "sk:enum: the choice must not be repeated")
		return nil
	case note.enum != "":
		f := m.choice(m.home, x)
		return []*entry{{field: f, min: x.Min, max: 1}}
	case note.ordered && x.Max == 1:
		m.errorf(x.Pos, "sk:ordered: the choice must be repeated")
		return nil
	case note.ordered:
		return []*entry{{field: m.ordered(x), max: xsdmodel.Unbounded}}
	}
	return repeat(m.branches(x), x)
}

// branches lists the entries of a choice: none is certain unless every branch has it.
func (m model) branches(x *xsdmodel.Particle) []*entry {
	var out []*entry
	single := len(x.Parts) > 1
	for i, part := range x.Parts {
		add := merge(m.particle(part))
		single = single && (part.Kind == xsdmodel.ElementParticle || part.Kind == xsdmodel.Any || part.Kind == xsdmodel.Choice)
		for _, e := range add {
			if i > 0 && find(out, e) == nil {
				e.min = 0
			}
		}
		for _, e := range out {
			if find(add, e) == nil {
				e.min = 0
			}
		}
		for _, e := range add {
			if same := find(out, e); same != nil {
				same.min, same.max = min(same.min, e.min), larger(same.max, e.max)
				continue
			}
			out = append(out, e)
		}
	}
	for _, e := range out {
		if single {
			e.choice = x
		}
	}
	return out
}

// find returns the entry of the same element, if there is one.
func find(entries []*entry, e *entry) *entry {
	for _, other := range entries {
		if other.name() == e.name() && !e.name().IsZero() {
			return other
		}
	}
	return nil
}

func larger(a, b int) int {
	if a == xsdmodel.Unbounded || b == xsdmodel.Unbounded {
		return xsdmodel.Unbounded
	}
	return max(a, b)
}

// merge makes one entry of several of the same element in a sequence.
func merge(entries []*entry) []*entry {
	var out []*entry
	for _, e := range entries {
		same := find(out, e)
		if same == nil {
			out = append(out, e)
			continue
		}
		same.min += e.min
		if same.max == xsdmodel.Unbounded || e.max == xsdmodel.Unbounded {
			same.max = xsdmodel.Unbounded
		} else {
			same.max += e.max
		}
		same.choice = nil
	}
	return out
}

// wildcard lists an xs:any and the children that annotations name for it.
func (m model) wildcard(x *xsdmodel.Particle) []*entry {
	out := []*entry{{wildcard: x, min: 1, max: 1}}
	for _, note := range m.notes[x].fields {
		e := &entry{noted: &note, max: 1}
		if note.many {
			e.max = xsdmodel.Unbounded
		}
		out = append(out, e)
	}
	return out
}

// ordered is the field of a repeated choice whose branches keep their order.
func (m model) ordered(x *xsdmodel.Particle) *ir.Field {
	f := &ir.Field{Hint: cmp.Or(m.notes[x].goName, "choice"), Kind: ir.KindOrdered, Card: ir.Many, Doc: x.Doc, Pos: place(x.Pos)}
	for _, part := range x.Parts {
		if part.Kind != xsdmodel.ElementParticle {
			m.errorf(part.Pos, "sk:ordered: every branch of the choice must be an element")
			continue
		}
		decl := m.set.Declaration(part.Element)
		b := &ir.Branch{Name: name(part.Element.Name), Doc: cmp.Or(part.Element.Doc, decl.Doc)}
		if part.Element.Ref {
			b.Struct = m.globals[part.Element.Name]
		} else {
			b.Struct = m.local(m.pkg, part.Element)
		}
		f.Branches = append(f.Branches, b)
	}
	return f
}
