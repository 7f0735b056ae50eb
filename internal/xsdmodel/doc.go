// Package xsdmodel reads XML Schema documents into a plain model that keeps what other readers drop: the place of every declaration, the
// order and occurrence of particles, wildcards, groups, unions, defaults, documentation and appinfo.
//
// The typical call:
//
//	schema, err := xsdmodel.Parse(file, "schemas/xep-0199-ping.xsd")
//	set, err := xsdmodel.NewSet([]*xsdmodel.Schema{schema})
//
// A set has no reference that leads nowhere and no cycle where XML Schema forbids one, so whoever walks it need not look out for either.
// xs:include, xs:redefine, xs:notation, substitution groups and abstract declarations are refused; identity constraints are read over.
//
// A [Reader] with Slip is lenient: it reads over what published schemas are known to do wrong, telling each thing, follows substitution groups and
// leaves xs:include to its caller. What comes out obeys the strict rules, but for ambiguous content models.
package xsdmodel
