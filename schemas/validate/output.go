package validate

import (
	"encoding/json"
	"fmt"
	"io"
)

// WriteText writes a line for each finding: file:line:column: path: message.
func WriteText(w io.Writer, file string, findings []Finding) error {
	for _, f := range findings {
		path := ""
		if f.Path != "" {
			path = f.Path + ": "
		}
		if _, err := fmt.Fprintf(w, "%s:%d:%d: %s%s\n", file, f.Line, f.Column, path, f.Message); err != nil {
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
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	line := struct {
		File     string    `json:"file"`
		Valid    bool      `json:"valid"`
		Findings []Finding `json:"findings"`
	}{file, len(findings) == 0, findings}
	if err := enc.Encode(line); err != nil {
		return fmt.Errorf("validate: %w", err)
	}
	return nil
}
