package cli

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/emit"
	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/forms"
	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
	"github.com/stanzakit/stanzakit/schemas"
)

// formsDir is where the definitions of data forms lie below the schemas, and their packages below the output.
const formsDir = "forms"

// dataForms returns the generated files for the definitions of data forms beside the schemas. It is nil if there are no such forms and never were.
func dataForms(cfg GenerateConfig, within string) (map[string][]byte, error) {
	dir := filepath.Join(cfg.Schemas, formsDir)
	shown := filepath.ToSlash(dir)
	packages, err := forms.Load(os.DirFS(dir), shown)
	if err != nil {
		return nil, err
	}
	if len(packages) == 0 {
		_, err := os.Stat(filepath.Join(cfg.Out, formsDir))
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		return map[string][]byte{}, err
	}
	for _, p := range packages {
		p.File = path.Join(within, formsDir, strings.TrimPrefix(p.File, shown))
	}
	return emit.Forms(packages)
}

// prefixed gives the lines of a check the directory that the files are in.
func prefixed(lines []string) []string {
	for i := range lines {
		lines[i] = formsDir + "/" + lines[i]
	}
	return lines
}

// formRows lists the project's own data forms.
func formRows() ([]row, error) {
	sub, err := fs.Sub(schemas.FS, formsDir)
	if err != nil {
		return nil, err
	}
	packages, err := forms.Load(sub, formsDir)
	var out []row
	for _, p := range packages {
		out = append(out, formRow(p))
	}
	return out, err
}

// formRow is the line for a FORM_TYPE; its elements are the fields.
func formRow(p *ir.FormPackage) row {
	r := row{Namespace: p.FormType, Package: formsDir + "/" + p.Name}
	r.XEP, r.Title, _ = strings.Cut(p.Title, ": ")
	for _, f := range p.Forms {
		r.Elements += len(f.Fields)
	}
	return r
}
