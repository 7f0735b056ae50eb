package main

import (
	"cmp"
	"embed"
	"fmt"
	"io"
	"maps"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"

	"github.com/stanzakit/stanzakit/internal/xsdmodel"
	"github.com/stanzakit/stanzakit/schemas/validate"
)

// exceptionList holds the survivors that are as they should be: element, kind of fault, attribute or child, and the sentence of the specification.
//
//go:embed exceptions.tsv
var exceptionList embed.FS

// exception is a line of the list without the sentence.
type exception struct{ element, kind, what string }

// report counts mutants.
type report struct {
	*model
	exceptions map[exception]bool // whether it was met
	made       map[fault]int
	seen       map[*xsdmodel.Element]bool
	schemas    map[*xsdmodel.Schema]*tally
	kinds      map[string]*tally
	total      tally
	survivors  []string
	elsewhere  []string // refused, but for a finding at another place than the fault's
	invalid    []string // fixtures that are none
}

// tally counts the mutants of a schema, or of a kind.
type tally struct{ made, refused, excepted int }

func newReport(m *model) (*report, error) {
	r := &report{
		model: m, exceptions: map[exception]bool{}, made: map[fault]int{}, seen: map[*xsdmodel.Element]bool{},
		schemas: map[*xsdmodel.Schema]*tally{}, kinds: map[string]*tally{},
	}
	list, err := exceptionList.ReadFile("exceptions.tsv")
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(list)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) != 4 || fields[3] == "" {
			return nil, fmt.Errorf("exceptions.tsv: not element, kind, attribute or child, and sentence: %q", line)
		}
		r.exceptions[exception{fields[0], fields[1], fields[2]}] = false
	}
	return r, nil
}

// fixture makes the mutants of a fixture and validates them.
func (r *report) fixture(f *fixture) error {
	findings, err := r.validator.Document(f.data)
	if err != nil {
		return fmt.Errorf("%s: %w", f.path, err)
	}
	if len(findings) > 0 {
		r.invalid = append(r.invalid, fmt.Sprintf("%s:%d:%d: %s: %s", f.path, findings[0].Line, findings[0].Column, findings[0].Path, findings[0].Message))
		return nil
	}
	m := &mutator{model: r.model, fixture: f.path, root: f.root, made: r.made, seen: r.seen}
	m.element(f.root, r.set.Element(nameOf(f.root)))
	if m.err != nil {
		return m.err
	}
	found, err := r.validate(m.out)
	if err != nil {
		return err
	}
	for i, mutant := range m.out {
		r.count(mutant, found[i])
	}
	return nil
}

// validate returns what is found in each mutant.
func (r *report) validate(mutants []mutant) ([][]validate.Finding, error) {
	findings, errs := make([][]validate.Finding, len(mutants)), make([]error, len(mutants))
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for worker := range workers {
		wg.Go(func() { // ends after its share of the mutants; waited for below
			for i := worker; i < len(mutants); i += workers {
				findings[i], errs[i] = r.validator.Document(mutants[i].data)
			}
		})
	}
	wg.Wait()
	return findings, cmp.Or(errs...)
}

func (r *report) count(m mutant, findings []validate.Finding) {
	passed := len(findings) == 0
	owner := r.owners[m.decl]
	if r.schemas[owner] == nil {
		r.schemas[owner] = &tally{}
	}
	if r.kinds[m.kind] == nil {
		r.kinds[m.kind] = &tally{}
	}
	e := exception{m.decl.Name.String(), m.kind, m.what}
	_, known := r.exceptions[e]
	for _, t := range []*tally{r.schemas[owner], r.kinds[m.kind], &r.total} {
		t.made++
		switch {
		case !passed:
			t.refused++
		case known:
			t.excepted++
		}
	}
	line := fmt.Sprintf("%s\t%s\t%s\t%s", m.decl.Name, m.kind, m.what, m.fixture)
	switch {
	case passed && known:
		r.exceptions[e] = true
	case passed:
		r.survivors = append(r.survivors, line)
	case !slices.ContainsFunc(findings, m.explains):
		r.elsewhere = append(r.elsewhere, line+"\t"+findings[0].Path+": "+findings[0].Message)
	}
}

// explains reports whether a finding is where the fault is: at the element, or at an attribute or child of it.
func (m mutant) explains(f validate.Finding) bool {
	path := ordinal.ReplaceAllString(f.Path, "")
	rest, below := strings.CutPrefix(path, m.path+"/")
	return path == m.path || below && !strings.Contains(rest, "/")
}

// ordinal is the number of an element among siblings of its name, which paths of findings have.
var ordinal = regexp.MustCompile(`\[\d+\]`)

// rate is the part of the mutants that was refused, those that may pass aside.
func (t tally) rate() float64 { return 100 * float64(t.refused) / float64(max(t.made-t.excepted, 1)) }

// minRate is what validation must refuse, in percent.
const minRate = 99

// write writes the report and returns whether all is well.
func (r *report) write(out io.Writer, complete bool) bool {
	uncovered := r.uncovered()
	r.table(out, uncovered)
	section(out, "Survivors: element, kind, attribute or child, fixture", r.survivors)
	section(out, "Refused for something else", r.elsewhere)
	section(out, "Elements that stand in no fixture", uncovered)
	section(out, "Fixtures that are not valid", r.invalid)
	var stale []string
	for e, met := range r.exceptions {
		if !met {
			stale = append(stale, fmt.Sprintf("%s\t%s\t%s", e.element, e.kind, e.what))
		}
	}
	slices.Sort(stale)
	section(out, "Exceptions that no mutant needs", stale)
	fmt.Fprintf(out, "\n%d mutants, %d refused, %d may pass, %d survived: %.2f %% refused; %d of %d elements stand in no fixture\n",
		r.total.made, r.total.refused, r.total.excepted, len(r.survivors), r.total.rate(), len(uncovered), len(r.owners))
	return r.total.rate() >= minRate && len(r.elsewhere)*100 <= r.total.made && len(r.invalid) == 0 && (!complete || len(uncovered) == 0)
}

func section(out io.Writer, title string, lines []string) {
	if len(lines) > 0 {
		fmt.Fprintf(out, "\n%s:\n%s\n", title, strings.Join(lines, "\n"))
	}
}

// uncovered lists the elements that no fixture has.
func (r *report) uncovered() []string {
	var out []string
	for decl, s := range r.owners {
		if !r.seen[decl] {
			out = append(out, fmt.Sprintf("%s\t%s:%d", decl.Name, s.File, decl.Pos.Line))
		}
	}
	slices.Sort(out)
	return out
}

// table writes the totals of each schema and of each kind.
func (r *report) table(out io.Writer, uncovered []string) {
	missing := map[string]int{} // by file
	for _, line := range uncovered {
		_, place, _ := strings.Cut(line, "\t")
		file, _, _ := strings.Cut(place, ":")
		missing[file]++
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "schema\tmutants\trefused\tmay pass\tsurvived\telements without a fixture")
	for _, s := range slices.SortedFunc(maps.Keys(r.schemas), func(a, b *xsdmodel.Schema) int { return strings.Compare(a.File, b.File) }) {
		t := r.schemas[s]
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\n", s.File, t.made, t.refused, t.excepted, t.made-t.refused-t.excepted, missing[s.File])
	}
	fmt.Fprintln(w, "\nkind\tmutants\trefused\tmay pass\tsurvived")
	for _, kind := range slices.Sorted(maps.Keys(r.kinds)) {
		t := r.kinds[kind]
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\n", kind, t.made, t.refused, t.excepted, t.made-t.refused-t.excepted)
	}
	_ = w.Flush() // what it writes to tells of errors itself
}
