package load

import "github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"

// breakCycles makes a required child optional where its struct would hold itself by value: Go has no such type, and no finite document fits it.
// Only types of one package can be in such a cycle, since schemas do not import each other both ways.
func breakCycles(p *ir.Package) {
	done := map[*ir.Struct]bool{}
	open := map[*ir.Struct]bool{}
	var visit func(s *ir.Struct)
	visit = func(s *ir.Struct) {
		open[s] = true
		for _, f := range s.Children {
			if f.Kind != ir.KindStruct || f.Card != ir.Required {
				continue
			}
			switch {
			case open[f.Struct]:
				f.Card = ir.Optional
			case !done[f.Struct]:
				visit(f.Struct)
			}
		}
		delete(open, s)
		done[s] = true
	}
	for _, s := range p.Structs {
		if !done[s] {
			visit(s)
		}
	}
}
