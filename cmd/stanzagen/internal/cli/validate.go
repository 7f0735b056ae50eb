package cli

import (
	"os"

	"github.com/stanzakit/stanzakit/schemas/validate"
)

// ValidateConfig is what validate was asked for.
type ValidateConfig struct {
	JSON    bool
	Profile string   // strict, the only one
	Schemas []string // directories of schemas beside the project's own
	Files   []string
}

// Validate checks documents against the schemas and writes a line for each finding, or for each file as JSON.
func Validate(con Console, cfg ValidateConfig) error {
	var extra []validate.Source
	for _, dir := range cfg.Schemas {
		extra = append(extra, validate.Source{FS: os.DirFS(dir), Dir: dir})
	}
	v, err := validate.New(extra...)
	if err != nil {
		return err
	}
	write := validate.WriteText
	if cfg.JSON {
		write = validate.WriteJSON
	}
	return eachFile(con, cfg.Files, func(file string, data []byte) (bool, error) {
		findings, err := v.Document(data)
		if err != nil {
			return false, err
		}
		return len(findings) == 0, write(con.Out, file, findings)
	})
}
