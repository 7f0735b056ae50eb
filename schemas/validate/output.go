package validate

import (
	"encoding/json"
	"fmt"
	"io"
)

// text is the finding as a line.
func (f Finding) text(file string) string {
	path := ""
	if f.Path != "" {
		path = f.Path + ": "
	}
	return fmt.Sprintf("%s:%d:%d: %s%s", file, f.Line, f.Column, path, f.Message)
}

// WriteText writes a line for each finding: file:line:column: path: message.
func WriteText(w io.Writer, file string, findings []Finding) error {
	for _, f := range findings {
		if _, err := fmt.Fprintln(w, f.text(file)); err != nil {
			return fmt.Errorf("validate: %w", err)
		}
	}
	return nil
}

// WriteJSON writes one line for the file: an object with file, valid and findings.
func WriteJSON(w io.Writer, file string, findings []Finding) error {
	if findings == nil {
		findings = []Finding{} // an array even if it is empty
	}
	return writeJSON(w, "", struct {
		File     string    `json:"file"`
		Valid    bool      `json:"valid"`
		Findings []Finding `json:"findings"`
	}{file, len(findings) == 0, findings})
}

func writeJSON(w io.Writer, indent string, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("validate: %w", err)
	}
	return nil
}
