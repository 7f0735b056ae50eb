// Package ir is what the generator knows between reading schemas and writing Go: plain data, fully resolved, sorted.
//
// load fills it from the schemas, names gives every node its Go name, emit writes it. Nothing here knows XSD or Go syntax.
package ir

import "fmt"

// Set is everything one run generates.
type Set struct {
	Packages []*Package // sorted by namespace
}

// Package is one namespace and the Go package that holds its types.
type Package struct {
	Namespace string
	Name      string    // Go package name, from the index
	Path      string    // Go import path
	Title     string    // "XEP-0313: Message Archive Management", the rest of the synopsis
	File      string    // schema file, as written in the generated-code line
	Source    string    // documentation of the schema itself: document, version, section
	Structs   []*Struct // global elements first, then named types, then local elements, each sorted by Go name
	Enums     []*Enum   // sorted by Go name
	Extern    bool      // not generated in this run (the project's own package, referred to by a user's schema)
}

// Struct is a Go struct: a global element, a named complex type, or the anonymous type of a local element.
type Struct struct {
	Package *Package
	GoName  string
	Hint    string // what the schema calls it, or Parent+Name for a local one; names turns it into GoName
	Doc     string
	Pos     Pos

	// Element is the wire name; Local is empty for a named type used by local elements only, whose name its user gives.
	Element Name
	Also    []string // further namespaces this type stands for under the same local name
	Global  bool     // in the registry
	IsType  bool     // a named complex type: encoded under the name of the element that holds it
	Stanza  bool
	IQ      IQUse

	Attrs []*Field // in schema order
	Text  *Field   // simple content; nil if none. Excludes Children, Any and Content
	// Children holds the child fields in schema order: struct, scalar and flag children, collapsed choices, ordered choices.
	Children []*Field
	Any      *Wildcard // nil if there is none
	AnyAt    int       // how many of Children stand before what Any holds
	AnyAttr  *Wildcard
	Mixed    bool // Content []wire.Node replaces Text, Children and Any
}

// IQUse says which IQ requests an element may be the payload of.
type IQUse int

// The uses; both is what a schema without annotation gets.
const (
	IQBoth IQUse = iota
	IQGet
	IQSet
	IQNone
)

// Kind is what a field holds.
type Kind int

// The kinds of field.
const (
	KindAttr    Kind = iota // an attribute
	KindText                // the element's text
	KindStruct              // a child with a struct of its own
	KindScalar              // a child of simple type without attributes
	KindFlag                // an optional child empty by type: bool
	KindEnum                // a choice of elements collapsed to one enum field
	KindOrdered             // a repeated choice kept in order: []wire.Element
)

// Card is how often a field may occur.
type Card int

// The cardinalities.
const (
	Optional Card = iota
	Required
	Many
)

// Field is one field of a struct.
type Field struct {
	GoName string
	Hint   string // the wire's local name, or the name an annotation gave
	Name   Name   // on the wire; zero for KindText, KindEnum, KindOrdered
	Kind   Kind
	Card   Card
	Doc    string
	Pos    Pos

	Scalar  Scalar  // KindAttr, KindText, KindScalar
	Enum    *Enum   // the named string type if Scalar is ScalarEnum, or of a KindEnum field
	Struct  *Struct // KindStruct
	Pointer bool    // a string whose empty value has a meaning: *string
	Default string  // default= of the schema: documentation only
	Fixed   string
	Choice  int // fields of one at-most-one choice share a number > 0 and stand in one paragraph

	TextGoName string    // KindEnum: the sibling field for a branch's text; empty if none
	Branches   []*Branch // KindEnum and KindOrdered, in schema order
}

// Branch is one element of a collapsed or ordered choice.
type Branch struct {
	Name   Name
	Doc    string
	Value  *EnumValue // KindEnum
	Text   bool       // KindEnum: the branch may hold text
	Struct *Struct    // KindOrdered
}

// Scalar is the Go type of a simple value.
type Scalar int

// The scalars, each with its decoder in package wire.
const (
	ScalarString Scalar = iota
	ScalarEnum
	ScalarBool
	ScalarInt8
	ScalarInt16
	ScalarInt32
	ScalarInt64
	ScalarUint8
	ScalarUint16
	ScalarUint32
	ScalarUint64
	ScalarFloat64
	ScalarTime
	ScalarBytes // base64
	ScalarJID
	ScalarStrings // xs:list: []string
)

// Enum is a string type with named values.
type Enum struct {
	Package  *Package
	GoName   string
	Hint     string
	Doc      string
	Pos      Pos
	Values   []*EnumValue // in schema order
	Fallback *EnumValue   // what an absent or unknown value is read as; nil if nothing says so
}

// EnumValue is one value of an enum.
type EnumValue struct {
	GoName string
	Hint   string // Go name given by an annotation, else empty
	Value  string
	Doc    string
}

// Wildcard is xs:any or xs:anyAttribute.
type Wildcard struct {
	Namespaces []string // the namespaces it takes; empty: see Other
	Other      bool     // every namespace but the target namespace
	Doc        string
}

// Name is an expanded XML name.
type Name struct{ Space, Local string }

// Pos is a place in a schema.
type Pos struct {
	File         string
	Line, Column int
}

// Fault is something wrong with a schema, and its place.
type Fault struct {
	Pos  Pos
	Msg  string
	Hint string // how to mend it, or what it was read as; may be empty
	Near string // what is at fault in the tag at Pos: a name in a value, or an attribute as name=; may be empty
}

// Error is the fault in the form file:line:column: message; a place without a line is the file alone.
func (f *Fault) Error() string {
	if f.Pos.Line == 0 {
		return f.Pos.File + ": " + f.Msg
	}
	return fmt.Sprintf("%s:%d:%d: %s", f.Pos.File, f.Pos.Line, f.Pos.Column, f.Msg)
}
