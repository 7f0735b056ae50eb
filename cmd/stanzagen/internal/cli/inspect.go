package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/inspect"
	"github.com/stanzakit/stanzakit/gen"
)

// InspectConfig is what inspect was asked for.
type InspectConfig struct {
	JSON  bool
	Emit  string // directory for the documents, encoded again; empty: nowhere
	Files []string
}

// Inspect tells which Go type each element of the documents decodes into, what stays raw, and whether encoding loses anything.
func Inspect(con Console, cfg InspectConfig) error {
	reg := gen.Registry()
	write := writeReport
	if cfg.JSON {
		write = writeReportJSON
	}
	return eachFile(con, cfg.Files, func(file string, data []byte) (bool, error) {
		r, bad := inspect.Document(data, reg)
		if bad == nil && cfg.Emit != "" && r.Encoded != nil {
			if err := emitDocument(cfg.Emit, file, r.Encoded); err != nil {
				return false, err
			}
		}
		return bad == nil && len(r.Lost) == 0, write(con.Out, file, r, bad)
	})
}

// emitDocument writes a document below dir under the file's own path, from which a leading / and .. are removed.
func emitDocument(dir, file string, data []byte) error {
	rel := filepath.ToSlash(filepath.Clean(file))
	for strings.HasPrefix(rel, "/") || strings.HasPrefix(rel, "../") {
		rel = strings.TrimPrefix(strings.TrimPrefix(rel, "/"), "../")
	}
	target := filepath.Join(dir, filepath.FromSlash(rel))
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	return os.WriteFile(target, data, 0o644)
}

// summary is the line for one file.
type summary struct {
	File     string   `json:"file"`
	Error    *string  `json:"error"` // null if there is none; bad syntax only
	Typed    int      `json:"typed"` // elements, root and descendants
	Raw      int      `json:"raw"`
	RawNames []string `json:"raw_names"` // {namespace}local of each raw element, in document order
	Lossless bool     `json:"lossless"`
}

func summarise(file string, r *inspect.Report, bad error) summary {
	s := summary{File: file, RawNames: []string{}}
	if bad != nil {
		msg := bad.Error()
		s.Error = &msg
		return s
	}
	s.Lossless = len(r.Lost) == 0
	for _, el := range r.Root.All() {
		if !el.Raw {
			s.Typed++
			continue
		}
		s.Raw++
		s.RawNames = append(s.RawNames, "{"+el.Name.Space+"}"+el.Name.Local)
	}
	return s
}

func writeReportJSON(w io.Writer, file string, r *inspect.Report, bad error) error {
	return writeJSON(w, summarise(file, r, bad))
}

// writeJSON writes one line.
func writeJSON(w io.Writer, line any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(line)
}

// writeReport writes a tree of the elements, each with its Go type; the namespace stands where it changes.
func writeReport(w io.Writer, file string, r *inspect.Report, bad error) error {
	if bad != nil {
		_, err := fmt.Fprintf(w, "%s: %v\n", file, bad)
		return err
	}
	s := summarise(file, r, bad)
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d typed, %d raw, %s\n", file, s.Typed, s.Raw, map[bool]string{true: "lossless", false: "NOT lossless"}[s.Lossless])
	writeTree(&b, r.Root)
	for _, d := range r.Lost {
		fmt.Fprintf(&b, "  lost at %s: %s\n", d.Path, d.What)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeTree(b *strings.Builder, root *inspect.Element) {
	spaces := []string{}
	for depth, el := range root.All() {
		spaces = append(spaces[:depth], el.Name.Space)
		name := "<" + el.Name.Local
		if depth == 0 || spaces[depth-1] != el.Name.Space {
			name += " xmlns=" + el.Name.Space
		}
		fmt.Fprintf(b, "  %s%s>  %s", strings.Repeat("  ", depth), name, el.Type)
		if el.Err != nil {
			fmt.Fprintf(b, "  (%v)", el.Err)
		}
		b.WriteByte('\n')
	}
}
