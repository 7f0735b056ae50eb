package validate

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jacoelho/xsd"

	"github.com/stanzakit/stanzakit/wire"
)

// corpus is where the samples of the specifications lie, unless the environment names another place.
const corpus = "../../../shared/corpus/examples"

// TestAgreement validates samples and fixtures and compares with what the engine alone says of the whole document: the walk must not
// refuse what the engine takes, the package's own rules aside, nor lose what the engine refuses; and the default profile must take what the strict one does.
func TestAgreement(t *testing.T) {
	relaxed, err := New()
	if err != nil {
		t.Fatal(err)
	}
	v := relaxed.With(Strict)
	a := &agreement{}
	dirs := []string{"../../testdata/fixtures", "../../testdata/invalid", cmp.Or(os.Getenv("STANZAKIT_CORPUS"), corpus)}
	for _, dir := range dirs {
		if _, err := os.Stat(dir); err != nil {
			t.Logf("%s is not there; STANZAKIT_CORPUS names another place", dir)
			continue
		}
		*a = agreement{v: v, relaxed: relaxed}
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(path, ".xml") {
				a.document(t, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d documents, %d malformed, %d without a declared root, %d valid, %d invalid (%d by the package's own rules alone), %d findings",
			dir, a.documents, a.malformed, a.undeclared, a.valid, a.invalid, a.own, a.findings)
		if a.documents == 0 {
			t.Errorf("%s: no documents", dir)
		}
	}
}

type agreement struct {
	v, relaxed                                                      *Validator
	documents, malformed, undeclared, valid, invalid, own, findings int
}

// ownRule matches what the package refuses and XML Schema does not.
var ownRule = regexp.MustCompile(`is not declared in namespace|expected a language tag`)

func (a *agreement) document(t *testing.T, path string) {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	a.documents++
	findings, err := a.v.Document(data)
	if err != nil {
		t.Errorf("%s: %v", path, err)
	}
	a.findings += len(findings)
	root, err := parse(data)
	if _, malformed := errors.AsType[*wire.SyntaxError](err); malformed {
		a.malformed++
		if len(findings) != 1 || findings[0].Line < 1 {
			t.Errorf("%s: %v, but findings are %v", path, err, findings)
		}
		return
	}
	if root.decl = a.v.shapes.set.Element(root.name); root.decl == nil {
		a.undeclared++
		if len(findings) == 0 {
			t.Errorf("%s: valid with root %v", path, root.name)
		}
		return
	}
	verdict := a.v.engine.Validate(&newFeed(a.v.shapes.set, root).buf)
	switch {
	case len(findings) == 0 && verdict != nil:
		t.Errorf("%s: passed, but the engine says %v", path, verdict)
	case len(findings) == 0:
		a.valid++
		if findings, err := a.relaxed.Document(data); err != nil || len(findings) > 0 {
			t.Errorf("%s: valid, but in the default profile %v, %v", path, findings, err)
		}
		return
	case verdict == nil:
		a.own++
		for _, f := range findings {
			if !ownRule.MatchString(f.Message) {
				t.Errorf("%s: %v, but the engine takes it", path, f)
			}
		}
	case xsd.IsUnsupported(verdict):
		t.Logf("%s: %v", path, verdict)
	}
	a.invalid++
	for _, f := range findings {
		if f.Line < 1 || f.Column < 1 || !strings.HasPrefix(f.Path, root.name.Local) {
			t.Errorf("%s: misplaced finding %+v", path, f)
		}
	}
}
