package cli

import (
	"fmt"
	"io"
	"iter"
	"os"

	"github.com/stanzakit/stanzakit/schemas/validate"
)

// ValidateConfig is what validate was asked for.
type ValidateConfig struct {
	JSON    bool
	SARIF   bool
	Stream  bool     // the files are recorded streams
	Profile string   // default or strict
	Schemas []string // directories of schemas beside the project's own
	Files   []string // and directories; "-" is standard input
}

// Validate checks documents against the schemas and writes a line for each finding, or for each file as JSON, or a SARIF log of them all. A file that
// cannot be read does not keep the others from being looked at.
func Validate(con Console, cfg ValidateConfig) error {
	v, err := newValidator(cfg)
	if err != nil {
		return err
	}
	var result error
	var all []validate.Result
	unread := 0
	for r, err := range results(v, cfg) {
		if err != nil {
			fmt.Fprintln(con.Err, "stanzagen:", err)
			unread++
			continue
		}
		if len(r.Findings) > 0 {
			result = ErrFindings
		}
		switch {
		case cfg.SARIF:
			all = append(all, r)
		case cfg.JSON:
			err = validate.WriteJSON(con.Out, r.File, r.Findings)
		default:
			err = validate.WriteText(con.Out, r.File, r.Findings)
		}
		if err != nil {
			return err
		}
	}
	if cfg.SARIF {
		if err := validate.WriteSARIF(con.Out, all); err != nil {
			return err
		}
	}
	if unread > 0 {
		return fmt.Errorf("files that could not be read or checked: %d", unread)
	}
	return result
}

func newValidator(cfg ValidateConfig) (*validate.Validator, error) {
	var extra []validate.Source
	for _, dir := range cfg.Schemas {
		extra = append(extra, validate.Source{FS: os.DirFS(dir), Dir: dir})
	}
	v, err := validate.New(extra...)
	if err == nil && cfg.Profile == "strict" {
		v = v.With(validate.Strict)
	}
	return v, err
}

// stdin stands for standard input among the files, and is its name in what is found there.
const stdin = "-"

// results checks one file after the other.
func results(v *validate.Validator, cfg ValidateConfig) iter.Seq2[validate.Result, error] {
	form := validate.Documents
	if cfg.Stream {
		form = validate.Streams
	}
	return func(yield func(validate.Result, error) bool) {
		for _, name := range cfg.Files {
			if name == stdin {
				if !yield(input(v, form)) {
					return
				}
				continue
			}
			for r, err := range v.Files(form, name) {
				if !yield(r, err) {
					return
				}
			}
		}
	}
}

func input(v *validate.Validator, form validate.Form) (validate.Result, error) {
	data, err := io.ReadAll(os.Stdin)
	if err != nil {
		return validate.Result{File: stdin}, err
	}
	return v.Check(stdin, data, form)
}
