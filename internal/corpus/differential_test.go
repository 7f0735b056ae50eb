package corpus

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/stanzakit/stanzakit/gen"
	"github.com/stanzakit/stanzakit/wire"
)

// TestEncodingXMLAgrees sends every fixture through encoding/xml and through the codec with an empty registry: both must read the same values, and what both
// write must be the same elements.
func TestEncodingXMLAgrees(t *testing.T) {
	files, err := filepath.Glob("../../testdata/fixtures/*/*.xml")
	if err != nil {
		t.Fatal(err)
	}
	reg := gen.Registry()
	typed := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		root, err := wire.Unmarshal(data, nil)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		el := reg.New(root.ElementName())
		if el == nil {
			t.Errorf("%s: no type for %v", file, root.ElementName())
			continue
		}
		typed++
		agree(t, file, data, el, reg.New(root.ElementName()))
	}
	if typed < 300 {
		t.Errorf("only %d fixtures", typed)
	}
}

// agree reads data into ours with the codec and into theirs with encoding/xml, and compares what they hold and what both ways of writing give.
func agree(t *testing.T, file string, data []byte, ours, theirs wire.Element) {
	t.Helper()
	if err := wire.UnmarshalInto(data, nil, ours); err != nil {
		t.Errorf("%s: codec: %v", file, err)
		return
	}
	if err := xml.Unmarshal(data, theirs); err != nil {
		t.Errorf("%s: xml.Unmarshal: %v", file, err)
		return
	}
	// encoding/xml has resolved the prefixes that Raw would have kept for QNames.
	options := cmp.Options{cmpopts.IgnoreFields(wire.Raw{}, "Prefixes"), cmpopts.EquateEmpty()}
	if diff := cmp.Diff(ours, theirs, options); diff != "" {
		t.Errorf("%s: values (-codec +encoding/xml):\n%s", file, diff)
	}
	codec, err := wire.Marshal(ours)
	if err != nil {
		t.Errorf("%s: codec: %v", file, err)
		return
	}
	std, err := xml.Marshal(ours)
	if err != nil {
		t.Errorf("%s: xml.Marshal: %v", file, err)
		return
	}
	var a, b wire.Raw
	if err := wire.UnmarshalInto(codec, nil, &a); err != nil {
		t.Errorf("%s: %v in %s", file, err, codec)
	}
	if err := wire.UnmarshalInto(std, nil, &b); err != nil {
		t.Errorf("%s: %v in %s", file, err, std)
	}
	if diff := cmp.Diff(a, b, options); diff != "" {
		t.Errorf("%s: written (-codec +encoding/xml):\n%s", file, diff)
	}
}
