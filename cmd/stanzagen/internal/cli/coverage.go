package cli

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/load"
)

// coverage is the line for one specification.
type coverage struct {
	Document   string   `json:"document"` // "XEP-0313"
	Title      string   `json:"title"`
	Namespaces []string `json:"namespaces"`
	Elements   int      `json:"elements"` // global elements
	Samples    *int     `json:"samples"`  // documents in which one of the namespaces occurs; nil if there were none to look at
}

// listCoverage writes a line for each specification that has schemas, and the totals.
func listCoverage(con Console, cfg ListConfig) error {
	src, err := project()
	if err != nil {
		return err
	}
	set, err := load.Load(load.Config{Own: src})
	if err != nil {
		return err
	}
	var seen map[string][]string
	if cfg.Samples != "" {
		if seen, err = occurrences(cfg.Samples); err != nil {
			return err
		}
	}
	lines := make(map[string]*coverage)
	for _, p := range set.Packages {
		r := newRow(p)
		c := lines[r.XEP]
		if c == nil {
			c = &coverage{Document: r.XEP, Title: r.Title}
			lines[r.XEP] = c
		}
		c.Namespaces = append(c.Namespaces, r.Namespace)
		c.Elements += r.Elements
	}
	all := make([]*coverage, 0, len(lines))
	for _, c := range lines {
		if seen != nil {
			c.Samples = new(count(c.Namespaces, seen))
		}
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b *coverage) int { return strings.Compare(a.Document, b.Document) })
	return writeCoverage(con, cfg, all)
}

// writeCoverage writes the lines: JSON, or a table with the totals below.
func writeCoverage(con Console, cfg ListConfig, all []*coverage) error {
	if cfg.JSON {
		for _, c := range all {
			if err := writeJSON(con.Out, c); err != nil {
				return err
			}
		}
		return nil
	}
	w := tabwriter.NewWriter(con.Out, 0, 0, 2, ' ', 0)
	namespaces, elements := 0, 0
	for _, c := range all {
		namespaces += len(c.Namespaces)
		elements += c.Elements
		samples := "-"
		if c.Samples != nil {
			samples = fmt.Sprint(*c.Samples)
		}
		fmt.Fprintf(w, "%s\t%s\t%d elements\t%s samples\t%s\n", c.Document, c.Title, c.Elements, samples, strings.Join(c.Namespaces, " "))
	}
	fmt.Fprintf(w, "%d specifications\t%d namespaces\t%d elements\n", len(all), namespaces, elements)
	return w.Flush()
}

// count returns how many documents one of the namespaces occurs in.
func count(namespaces []string, seen map[string][]string) int {
	files := make(map[string]bool)
	for _, ns := range namespaces {
		for _, f := range seen[ns] {
			files[f] = true
		}
	}
	return len(files)
}

// occurrences returns the documents below dir that each namespace occurs in. What is no XML counts as far as it goes.
func occurrences(dir string) (map[string][]string, error) {
	out := make(map[string][]string)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".xml" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for ns := range namespacesIn(data) {
			out[ns] = append(out[ns], path)
		}
		return nil
	})
	if err == nil && len(out) == 0 {
		err = errors.New("no XML documents below " + dir)
	}
	return out, err
}

func namespacesIn(data []byte) map[string]bool {
	found := make(map[string]bool)
	for d := xml.NewDecoder(bytes.NewReader(data)); ; {
		tok, err := d.Token()
		if err != nil {
			return found
		}
		if start, ok := tok.(xml.StartElement); ok {
			found[start.Name.Space] = true
		}
	}
}
