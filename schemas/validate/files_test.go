package validate_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/schemas/validate"
)

const archive = `What is said of it.
-- a.xml --
<ping xmlns='urn:xmpp:ping'/>
-- dir/b.xml --
<ping xmlns='urn:xmpp:ping'>
-- config --
jid: alice@example.org/desk
-- recv --
<message><body>ä</body><pong xmlns='urn:xmpp:ping'/></message>
-- send --
<iq type='result' id='1'/>
</stream:stream>
-- b.txt --
<ping>
`

func TestArchive(t *testing.T) {
	result, err := validator(t).Check("a.txtar", []byte(archive), validate.Documents)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`5:29: dir/b.xml: not-well-formed: unexpected EOF`,
		`9:25: recv#message/pong: element "pong" is not declared in namespace "urn:xmpp:ping"`,
	}
	if diff := cmp.Diff(want, written(t, result.Findings)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// recorder is a test that takes down what fails.
type recorder struct{ lines []string }

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.lines = append(r.lines, fmt.Sprintf(format, args...))
}

// tree writes files and returns their directory.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFixtures(t *testing.T) {
	dir := tree(t, map[string]string{
		"good.xml": "<ping xmlns='urn:xmpp:ping'/>", "sub/bad.xml": "<ping xmlns='urn:xmpp:ping' x='1'/>", "sub/other.txt": "no XML", "none/other.txt": "", "a.txtar": archive, "b.txt": archive,
	})
	tests := []struct {
		name  string
		paths []string
		want  []string
	}{
		{name: "directory", paths: []string{dir}, want: []string{`DIR/sub/bad.xml:1:29: ping/@x: attribute "x" is not allowed; expected no attribute`}},
		{name: "file", paths: []string{dir + "/good.xml"}},
		{name: "archive", paths: []string{dir + "/a.txtar"}, want: []string{
			`DIR/a.txtar:5:29: dir/b.xml: not-well-formed: unexpected EOF`,
			`DIR/a.txtar:9:25: recv#message/pong: element "pong" is not declared in namespace "urn:xmpp:ping"`,
		}},
		{name: "transcript", paths: []string{dir + "/b.txt"}, want: []string{
			`DIR/b.txt:5:29: dir/b.xml: not-well-formed: unexpected EOF`,
			`DIR/b.txt:9:25: recv#message/pong: element "pong" is not declared in namespace "urn:xmpp:ping"`,
		}},
		{name: "no archive", paths: []string{dir + "/sub/other.txt"}, want: []string{`validate: no member named *.xml, recv or send in DIR/sub/other.txt`}},
		{name: "nothing", paths: []string{dir + "/none"}, want: []string{`validate: no *.xml below DIR/none`}},
		{name: "not there", paths: []string{dir + "/gone", dir + "/good.xml"}, want: []string{`lstat DIR/gone: no such file or directory`}},
	}
	v := validator(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &recorder{}
			v.Fixtures(r, tt.paths...)
			for i, line := range r.lines {
				r.lines[i] = strings.ReplaceAll(line, dir, "DIR")
			}
			if diff := cmp.Diff(tt.want, r.lines); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestFilesStops(t *testing.T) {
	n := 0
	for range validator(t).Files(validate.Documents, filepath.Join(testdata, "fixtures"), filepath.Join(testdata, "fixtures")) {
		if n++; n == 3 {
			break
		}
	}
	if n != 3 {
		t.Errorf("want 3 results, got %d", n)
	}
}

func TestSARIF(t *testing.T) {
	result, err := validator(t).Check("dir/ä b.xml", []byte("<message xmlns='jabber:client'>\n<body>ä</body><footer/></message>"), validate.Documents)
	if err != nil {
		t.Fatal(err)
	}
	syntax, err := validator(t).Check("/tmp/a.txtar", []byte(archive), validate.Documents)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := validate.WriteSARIF(&out, []validate.Result{result, {File: "good.xml"}, syntax}); err != nil {
		t.Fatal(err)
	}
	var log struct {
		Version string
		Runs    []struct {
			ColumnKind string
			Tool       struct{ Driver struct{ Name string } }
			Results    []struct {
				RuleID    string
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine, StartColumn int }
					}
				}
			}
		}
	}
	if err := json.Unmarshal(out.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	if len(log.Runs) != 1 || log.Version != "2.1.0" || log.Runs[0].ColumnKind != "unicodeCodePoints" || log.Runs[0].Tool.Driver.Name != "stanzagen" {
		t.Fatalf("got %s", out.String())
	}
	var got []string
	for _, r := range log.Runs[0].Results {
		p := r.Locations[0].PhysicalLocation
		got = append(got, fmt.Sprintf("%s %s:%d:%d", r.RuleID, p.ArtifactLocation.URI, p.Region.StartLine, p.Region.StartColumn))
	}
	want := []string{"schema dir/%C3%A4%20b.xml:2:15", "syntax file:///tmp/a.txtar:5:29", "schema file:///tmp/a.txtar:9:24"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
