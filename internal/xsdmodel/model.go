package xsdmodel

import "fmt"

// Namespace is the namespace of XML Schema (XML Schema Part 1, section 2.6).
const Namespace = "http://www.w3.org/2001/XMLSchema"

// Unbounded is the Max of a particle that may occur any number of times.
const Unbounded = -1

// Name is an expanded name: a namespace and a local name.
type Name struct{ Space, Local string }

// String is the name in the form {namespace}local.
func (n Name) String() string {
	if n.Space == "" {
		return n.Local
	}
	return "{" + n.Space + "}" + n.Local
}

// IsZero reports whether there is no name.
func (n Name) IsZero() bool { return n == Name{} }

// Builtin reports whether the name is one of XML Schema's own.
func (n Name) Builtin() bool { return n.Space == Namespace }

// Pos is a place in a schema file. Columns count bytes, from 1.
type Pos struct {
	File         string
	Line, Column int
}

// String is the position in the form file:line:column.
func (p Pos) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }

// Error is one fault of a schema and its place.
type Error struct {
	Pos  Pos
	Msg  string
	Hint string // how to mend it, or what it is read as; may be empty
	Near string // what is at fault in the tag at Pos: a name in a value, or an attribute as name=; may be empty
}

// Error is the fault in the form file:line:column: message.
func (e *Error) Error() string { return e.Pos.String() + ": " + e.Msg }

// Note is what every declaration has: its place and its annotation.
type Note struct {
	Pos     Pos
	Doc     string // xs:documentation, blanks collapsed
	AppInfo []*AppInfo
}

// AppInfo is one element inside an xs:appinfo.
type AppInfo struct {
	Pos   Pos
	Name  Name
	Attrs map[string]string // of no namespace
	scope *scope
}

// QName resolves a prefixed name of the annotation's content with the prefixes in scope there.
func (a *AppInfo) QName(s string) (Name, bool) { return a.scope.resolve(s) }

// Schema is one schema document.
type Schema struct {
	Note
	File                string
	Unread              bool            // the document could not be read at all, a fault told already
	Lost                map[string]bool // names of declarations that were refused: references to them are not told again
	TargetNamespace     string
	QualifiedElements   bool // elementFormDefault
	QualifiedAttributes bool // attributeFormDefault
	Imports             []*Import
	Includes            []*Import // of the own namespace, for the caller to read and to Merge; lenient reading only
	Elements            []*Element
	Attributes          []*Attribute
	SimpleTypes         []*SimpleType
	ComplexTypes        []*ComplexType
	Groups              []*Group
	AttributeGroups     []*AttributeGroup
}

// Import is an xs:import.
type Import struct {
	Pos                 Pos
	Namespace, Location string
	Implied             bool // not written: something refers to the namespace all the same
}

// Element is the declaration of an element, or a reference to a global one.
type Element struct {
	Note
	Name    Name // of the reference's target, if Ref
	Ref     bool
	Global  bool
	Type    Name         // zero if the type is anonymous or left out
	Simple  *SimpleType  // anonymous
	Complex *ComplexType // anonymous
	Default *string
	Fixed   *string

	// Both in lenient reading only; NewSet then puts what may stand in place of an element beside it.
	Substitutes Name // the element that this one may stand in place of
	Abstract    bool // stands for itself never
}

// Attribute is the declaration of an attribute, a reference to a global one, or to an attribute group.
type Attribute struct {
	Note
	Name    Name // of the reference's target, if Ref or Group
	Ref     bool
	Group   bool
	Type    Name        // zero if the type is anonymous or left out
	Simple  *SimpleType // anonymous
	Use     Use
	Default *string
	Fixed   *string
}

// Use says whether an attribute must, may or must not be there.
type Use int

// The uses of an attribute.
const (
	UseOptional Use = iota
	UseRequired
	UseProhibited
)

// Derivation says how a type comes from its base.
type Derivation int

// The derivations. NoDerivation is a complex type written without complexContent or simpleContent.
const (
	NoDerivation Derivation = iota
	Extension
	Restriction
)

// ComplexType is a complex type definition.
type ComplexType struct {
	Note
	Name          Name // zero if anonymous
	Mixed         bool
	Derivation    Derivation
	Base          Name
	SimpleContent bool
	Content       *Particle   // nil if there is none
	Simple        *SimpleType // the facets of a restricted simple content; nil if there are none
	Attributes    []*Attribute
	AnyAttribute  *Wildcard
}

// Variety says how the values of a simple type are made.
type Variety int

// The varieties of a simple type.
const (
	Atomic Variety = iota // or whatever the base is
	List
	Union
)

// SimpleType is a simple type definition.
type SimpleType struct {
	Note
	Name     Name // zero if anonymous
	Variety  Variety
	Base     Name          // of a restriction or a list's item; zero if it is anonymous
	BaseType *SimpleType   // anonymous
	Members  []Name        // of a union
	Inline   []*SimpleType // anonymous members of a union
	Enums    []*EnumValue
	Facets   []*Facet // the others, in order
}

// EnumValue is an xs:enumeration.
type EnumValue struct {
	Note
	Value string
}

// Facet is a constraining facet other than an enumeration.
type Facet struct {
	Pos         Pos
	Name, Value string
}

// Group is a named model group.
type Group struct {
	Note
	Name    Name
	Content *Particle
}

// AttributeGroup is a named group of attributes.
type AttributeGroup struct {
	Note
	Name         Name
	Attributes   []*Attribute
	AnyAttribute *Wildcard
}

// ParticleKind says what a particle is.
type ParticleKind int

// The kinds of particle.
const (
	ElementParticle ParticleKind = iota
	Sequence
	Choice
	All
	GroupRef
	Any
)

// Particle is one part of a content model and how often it may occur.
type Particle struct {
	Note
	Kind     ParticleKind
	Min, Max int // Max may be Unbounded
	Element  *Element
	Group    Name        // the group a GroupRef refers to
	Parts    []*Particle // of Sequence, Choice and All
	Wildcard *Wildcard
}

// Wildcard is an xs:any or xs:anyAttribute.
type Wildcard struct {
	Note
	Any             bool     // ##any
	Other           bool     // ##other: any namespace but the target namespace
	Namespaces      []string // else these; "" is ##local
	ProcessContents string   // strict, lax or skip
}
