package strict

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"slices"
)

// declaration is a part of a schema that may be taken out.
type declaration struct{ start, end int }

// declarations lists the elements of a schema below its root, annotations and imports aside, the shortest first.
func declarations(data []byte) []declaration {
	var out, open []declaration
	dec := xml.NewDecoder(bytes.NewReader(data))
	for {
		at := int(dec.InputOffset())
		t, err := dec.Token()
		if err != nil {
			break
		}
		switch t := t.(type) {
		case xml.StartElement:
			if name := t.Name.Local; name == "annotation" || name == "import" {
				if dec.Skip() != nil {
					return nil
				}
				continue
			}
			open = append(open, declaration{start: at})
		case xml.EndElement:
			last := open[len(open)-1]
			open = open[:len(open)-1]
			last.end = int(dec.InputOffset())
			if len(open) > 0 {
				out = append(out, last)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b declaration) int { return cmp.Compare(a.end-a.start, b.end-b.start) })
	return out
}

// blank returns the schema without the declaration, everything else being where it was.
func (d declaration) blank(data []byte) []byte {
	out := bytes.Clone(data)
	for i := d.start; i < d.end; i++ {
		if out[i] != '\n' {
			out[i] = ' '
		}
	}
	return out
}
