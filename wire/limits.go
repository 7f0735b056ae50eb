package wire

// Limits bound what one top-level element may cost. A field that is zero means the value of [AfterAuth]. What goes over ends
// the stream with policy-violation.
type Limits struct {
	Bytes    int // bytes of one top-level element, tags included
	Depth    int // nesting, the top-level element being 1
	Elements int // elements in one top-level element, itself included
	Attrs    int // attributes of one element, namespace declarations included
}

// BeforeAuth returns the limits for a peer that has not yet shown who it is: what servers grant a client before it has logged in.
func BeforeAuth() Limits { return Limits{Bytes: 8 << 10, Depth: 12, Elements: 32, Attrs: 24} }

// AfterAuth returns the limits for an authenticated peer.
func AfterAuth() Limits { return Limits{Bytes: 1 << 20, Depth: 100, Elements: 20_000, Attrs: 64} }

// orDefault fills the fields that are zero.
func (l Limits) orDefault() Limits {
	def := AfterAuth()
	if l.Bytes <= 0 {
		l.Bytes = def.Bytes
	}
	if l.Depth <= 0 {
		l.Depth = def.Depth
	}
	if l.Elements <= 0 {
		l.Elements = def.Elements
	}
	if l.Attrs <= 0 {
		l.Attrs = def.Attrs
	}
	return l
}
