// Package names gives every node of an [ir.Set] its Go name.
//
// The typical call stands between load and emit:
//
//	names.Assign(set)
//	files, err := emit.Files(set, emit.Config{})
//
// Rules:
//
//   - A wire name becomes CamelCase, initialisms in capitals: stanza-id is StanzaID.
//   - Of types that would have one name, a global element keeps it, a named type gets the suffix Type, the type of a local element (its parent's name
//     and its own) the suffix Element. An enum gives way to structs, with the suffix Type or Value. What still clashes gets a number.
//   - Of fields that would have one name, a child keeps it, an attribute gets the suffix Attr. A field never hides a method or one of the fields that
//     every struct has.
//   - A constant is its type's name without a final Type, then the value: MessageNormal of MessageType. If one of a type's constants would clash, all
//     of them get the full name of the type.
//   - The result depends on the set's content only, not on the order of its lists.
package names
