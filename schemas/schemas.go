// Package schemas holds the XML Schemas of the XMPP namespaces that stanzakit knows, and the table that says which Go package is made of which.
// README.md beside it tells how they are written.
//
// The typical call:
//
//	index, err := schemas.Index()
//	for _, e := range index {
//		fmt.Println(e.Namespace, e.Package)
//	}
package schemas

import "embed"

//go:generate go run ../cmd/stanzagen generate --schemas . --out ../gen

// FS holds every schema file, the index, and the definitions of data forms. It is read only.
//
//go:embed *.xsd index.txt forms/*.xml forms/forms.xsd
var FS embed.FS

// IndexFile is the name of the index, in [FS] and in a user's own tree of schemas.
const IndexFile = "index.txt"

// Index returns the index of the project's own schemas.
func Index() ([]Entry, error) { return ReadIndex(FS, IndexFile) }
