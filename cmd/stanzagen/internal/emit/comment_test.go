package emit

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSentence(t *testing.T) {
	tests := []struct{ name, doc, want string }{
		{"noun phrase", "the sender", "From is the sender."},
		{"clause", "what went wrong.", "From is what went wrong."},
		{"question", "whether it is approved", "From says whether it is approved."},
		{"verb", "asks for more", "From: asks for more."},
		{"sentence", "An address of\n\t many lines!", "From: An address of many lines!"},
		{"nothing", " \n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, sentence("From", "is", tt.doc)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestCommentText(t *testing.T) {
	long := strings.Repeat("words ", 25)
	tests := []struct {
		name       string
		indent     int
		paragraphs []string
		want       string
	}{
		{"one", 0, []string{"A word."}, "// A word."},
		{"two", 0, []string{"A.", "", "B."}, "// A.\n//\n// B."},
		{"wrapped", 0, []string{long}, "//" + strings.Repeat(" words", 19) + "\n//" + strings.Repeat(" words", 6)},
		{"indented", 4, []string{long}, "//" + strings.Repeat(" words", 19) + "\n//" + strings.Repeat(" words", 6)},
		{"further", 5, []string{long}, "//" + strings.Repeat(" words", 18) + "\n//" + strings.Repeat(" words", 7)},
		{"word that is too long", 110, []string{"a " + strings.Repeat("b", 30) + " c"}, "// a\n// " + strings.Repeat("b", 30) + "\n// c"},
		{"runes", 112, []string{"ää ää ää"}, "// ää ää\n// ää"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, commentText(tt.indent, tt.paragraphs...)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestPackageName(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "example.org/x/gen", "gen"},
		{"dashes and capitals", "example.org/My-Gen", "mygen"},
		{"digits", "example.org/9p", "p"},
		{"keyword", "example.org/type", "gen"},
		{"nothing", "example.org/--", "gen"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, packageName(tt.in)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
