package validate_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/schemas/validate"
)

func TestOutput(t *testing.T) {
	tests := []struct {
		name       string
		findings   []validate.Finding
		text, json string
	}{
		{name: "valid", json: `{"file":"d/f.xml","valid":true,"findings":[]}` + "\n"},
		{
			name:     "two",
			findings: []validate.Finding{{3, 7, "iq/@type", `value "<" & so`}, {4, 1, "", "bad"}},
			text:     "d/f.xml:3:7: iq/@type: value \"<\" & so\nd/f.xml:4:1: bad\n",
			json: `{"file":"d/f.xml","valid":false,"findings":[{"line":3,"column":7,"path":"iq/@type","message":"value \"<\" & so"},` +
				`{"line":4,"column":1,"path":"","message":"bad"}]}` + "\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var text, json bytes.Buffer
			if err := validate.WriteText(&text, "d/f.xml", tt.findings); err != nil {
				t.Fatal(err)
			}
			if err := validate.WriteJSON(&json, "d/f.xml", tt.findings); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{tt.text, tt.json}, []string{text.String(), json.String()}); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
