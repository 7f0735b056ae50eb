package cli

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/load"
)

// ListConfig is what list was asked for.
type ListConfig struct {
	JSON     bool
	Coverage bool   // a line for each specification instead
	Samples  string // directory of XML documents in which namespaces are counted; empty for none
}

// row is the line for one namespace.
type row struct {
	Namespace string `json:"namespace"`
	Package   string `json:"package"`
	XEP       string `json:"xep"` // number of the specification: "XEP-0313", "RFC 6120, RFC 6121"
	Title     string `json:"title"`
	Elements  int    `json:"elements"` // global elements: those with a type in the registry; of data forms, the fields
}

// List writes a line for each namespace that the project has a schema for, and then for each FORM_TYPE it has a definition for.
func List(con Console, cfg ListConfig) error {
	if cfg.Coverage {
		return listCoverage(con, cfg)
	}
	src, err := project()
	if err != nil {
		return err
	}
	set, err := load.Load(load.Config{Own: src})
	if err != nil {
		return err
	}
	var rows []row
	for _, p := range set.Packages {
		rows = append(rows, newRow(p))
	}
	dataForms, err := formRows()
	if err != nil {
		return err
	}
	rows = append(rows, dataForms...)
	w := tabwriter.NewWriter(con.Out, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		if cfg.JSON {
			err = writeJSON(con.Out, r)
		} else {
			_, err = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\n", r.Namespace, r.Package, r.XEP, r.Title, r.Elements)
		}
		if err != nil {
			return err
		}
	}
	return w.Flush()
}

func newRow(p *ir.Package) row {
	r := row{Namespace: p.Namespace, Package: p.Name}
	r.XEP, r.Title, _ = strings.Cut(p.Title, ": ")
	for _, s := range p.Structs {
		if s.Global {
			r.Elements++
		}
	}
	return r
}
