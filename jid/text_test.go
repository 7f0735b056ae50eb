package jid_test

import (
	"encoding/json"
	"encoding/xml"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/jid"
)

type stanza struct {
	XMLName xml.Name `xml:"message" json:"-"`
	From    jid.JID  `xml:"from,attr,omitempty" json:"from,omitzero"`
	To      *jid.JID `xml:"to,attr,omitempty" json:"to,omitempty"`
	Stamp   jid.JID  `xml:"by" json:"by"`
}

func TestXML(t *testing.T) {
	to := jid.MustParse("b@example.com/x'y")
	tests := []struct {
		name, xml string
		value     stanza
	}{
		{
			"all", `<message from="a@example.com" to="b@example.com/x&#39;y"><by>example.com</by></message>`,
			stanza{From: jid.MustParse("a@example.com"), To: &to, Stamp: jid.MustParse("example.com")},
		},
		{"none", `<message><by></by></message>`, stanza{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, err := xml.Marshal(tt.value)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.xml, string(out)); diff != "" {
				t.Errorf("Marshal (-want +got):\n%s", diff)
			}
			var got stanza
			if err := xml.Unmarshal(out, &got); err != nil {
				t.Fatal(err)
			}
			got.XMLName = xml.Name{}
			equal := cmp.Comparer(func(a, b jid.JID) bool { return a == b })
			if diff := cmp.Diff(tt.value, got, equal); diff != "" {
				t.Errorf("Unmarshal (-want +got):\n%s", diff)
			}
		})
	}
}

func TestXMLRefusesBadAddress(t *testing.T) {
	var got stanza
	err := xml.Unmarshal([]byte(`<message from="a@@b"/>`), &got)
	if err == nil || !got.From.IsZero() {
		t.Errorf("from = %q, error = %v", got.From, err)
	}
}

func TestText(t *testing.T) {
	j := jid.MustParse("a@b/c")
	if err := j.UnmarshalText([]byte("A@@b")); err == nil || j != jid.MustParse("a@b/c") {
		t.Errorf("a bad text left %q, error %v", j, err)
	}
	b, err := j.AppendText([]byte("to "))
	if err != nil || string(b) != "to a@b/c" {
		t.Errorf("AppendText = %q, %v", b, err)
	}
	if err := j.UnmarshalText(nil); err != nil || !j.IsZero() {
		t.Errorf("the empty text left %q, error %v", j, err)
	}
	b, err = j.MarshalText()
	if err != nil || len(b) != 0 {
		t.Errorf("MarshalText of the zero JID = %q, %v", b, err)
	}
}

func TestJSON(t *testing.T) {
	out, err := json.Marshal(map[jid.JID]stanza{jid.MustParse("a@b"): {}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(`{"a@b":{"by":""}}`, string(out)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
