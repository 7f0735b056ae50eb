package ir

// FormPackage is the Go package of one FORM_TYPE.
type FormPackage struct {
	FormType string // value of FORM_TYPE
	Name     string // Go package name
	File     string // definition, as written in the generated-code line
	Title    string // "XEP-0045: Multi-User Chat": number and title of the first document
	Sources  string // the documents: number, title, version, section of each
	Forms    []*Form
	Enums    []*Enum // sorted by Go name
}

// Form is a data form: one struct.
type Form struct {
	GoName string
	Title  string // heading, for people
	Doc    string
	Kinds  []string // form, submit, result: the kinds that are in use, in this order
	Fields []*FormField
	Pos    Pos
}

// FormField is a field of a data form. A fixed one has no Go name: it is shown, and holds nothing.
type FormField struct {
	Var      string
	GoName   string
	Type     string // of XEP-0004: text-single
	Label    string
	Desc     string
	Required bool
	In       []string // the kinds of form that have it, nil for all of the form's
	Default  []string
	Options  []*FormOption
	Open     bool
	Datatype string // of XEP-0122
	Min, Max string
	Regex    string
	Least    uint32
	Most     uint32

	Value FormValue // Go type of one value
	Enum  *Enum     // if Value is FormEnum
	Many  bool      // a slice of it
	Pos   Pos
}

// FormOption is one choice of a list.
type FormOption struct {
	Value, Label string
}

// FormValue is the Go type of a value of a data form.
type FormValue int

// The types, each with its functions in package form.
const (
	FormText FormValue = iota
	FormEnum
	FormBool
	FormInt8
	FormInt16
	FormInt32
	FormInt64
	FormUint8
	FormUint16
	FormUint32
	FormUint64
	FormFloat
	FormLimit // a number or max
	FormTime
	FormJID
)
