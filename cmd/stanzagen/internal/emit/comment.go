package emit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dave/jennifer/jen"
)

// width is the column at which comments wrap.
const width = 120

// comment writes paragraphs as a comment; indent is the width of what stands before it.
func comment(indent int, paragraphs ...string) jen.Code {
	return jen.Comment(commentText(indent, paragraphs...))
}

// commentText is the same as text, for where jennifer takes no code.
func commentText(indent int, paragraphs ...string) string {
	var lines []string
	for _, p := range paragraphs {
		if p == "" {
			continue
		}
		if len(lines) > 0 {
			lines = append(lines, "//")
		}
		lines = append(lines, wrap(p, width-indent)...)
	}
	return strings.Join(lines, "\n")
}

// wrap breaks a text into comment lines.
func wrap(text string, width int) []string {
	var lines []string
	line := "//"
	for _, word := range strings.Fields(text) {
		if line != "//" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			lines = append(lines, line)
			line = "//"
		}
		line += " " + word
	}
	return append(lines, line)
}

// sentence joins a name and the schema's documentation, by the verb if the documentation is a phrase that says what the thing is.
func sentence(name, verb, doc string) string {
	doc = period(doc)
	first, _, _ := strings.Cut(doc, " ")
	switch {
	case doc == "":
		return ""
	case first == "whether":
		return name + " says " + doc
	case nominal(first):
		return name + " " + verb + " " + doc
	}
	return name + ": " + doc
}

// nominal reports whether a phrase that starts with this word goes on where "is" or "holds" stops.
func nominal(word string) bool {
	switch word {
	case "a", "an", "the", "one", "two", "each", "every", "all", "any", "some", "several", "no", "what", "who", "whom", "which", "how", "when", "where", "why":
		return true
	}
	return false
}

// itHolds makes a sentence of the documentation of a wildcard.
func itHolds(doc string) string {
	doc = period(doc)
	if first, _, _ := strings.Cut(doc, " "); nominal(first) {
		return "It holds " + doc
	}
	return capitalized(doc)
}

func capitalized(text string) string {
	r, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(r)) + text[size:]
}

// period trims a text, joins its lines and ends it as a sentence.
func period(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if text == "" || strings.ContainsAny(text[len(text)-1:], ".!?") {
		return text
	}
	return text + "."
}

// sentences turns short notes (required, nil if absent) into sentences.
func sentences(notes []string) string {
	var out []string
	for _, n := range notes {
		out = append(out, capitalized(n)+".")
	}
	return strings.Join(out, " ")
}

// enumerate joins names: A, B and C.
func enumerate(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
