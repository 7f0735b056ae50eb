package validate

import (
	"io"
	"net/url"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// NOTE. The types are as much of SARIF 2.1.0 (OASIS, section 3) as is needed. It counts columns in characters, we in bytes, so they are counted again.

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool       sarifTool     `json:"tool"`
	ColumnKind string        `json:"columnKind"`
	Results    []sarifResult `json:"results"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name           string      `json:"name"`
	InformationURI string      `json:"informationUri"`
	Rules          []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID               string    `json:"id"`
	ShortDescription sarifText `json:"shortDescription"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifResult struct {
	RuleID    string          `json:"ruleId"`
	Level     string          `json:"level"`
	Message   sarifText       `json:"message"`
	Locations []sarifLocation `json:"locations"`
}

type sarifLocation struct {
	Physical sarifPhysical  `json:"physicalLocation"`
	Logical  []sarifLogical `json:"logicalLocations,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   sarifRegion   `json:"region"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn"`
}

type sarifLogical struct {
	Name string `json:"fullyQualifiedName"`
}

// The rules that results refer to.
const (
	ruleSyntax = "syntax"
	ruleSchema = "schema"
)

// WriteSARIF writes one log of the Static Analysis Results Interchange Format, version 2.1.0.
func WriteSARIF(w io.Writer, results []Result) error {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}, Tool: sarifTool{sarifDriver{
		Name: "stanzagen", InformationURI: "https://github.com/stanzakit/stanzakit", Rules: []sarifRule{
			{ruleSyntax, sarifText{"The document is XML as XMPP restricts it (RFC 6120, section 11)."}},
			{ruleSchema, sarifText{"The document is as the schemas say."}},
		},
	}}}
	for _, r := range results {
		at := newLines(r.Data)
		for _, f := range r.Findings {
			run.Results = append(run.Results, r.sarif(f, at))
		}
	}
	return writeJSON(w, "  ", sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}

func (r Result) sarif(f Finding, at lines) sarifResult {
	place := sarifLocation{Physical: sarifPhysical{sarifArtifact{fileURI(r.File)}, sarifRegion{f.Line, r.column(f, at)}}}
	rule, path := ruleSchema, f.Path
	if isArchive(r.File) {
		_, path, _ = strings.Cut(path, "#")
	}
	if path == "" {
		rule = ruleSyntax
	}
	if f.Path != "" {
		place.Logical = []sarifLogical{{f.Path}}
	}
	return sarifResult{rule, "error", sarifText{f.Message}, []sarifLocation{place}}
}

// column is the finding's column in characters.
func (r Result) column(f Finding, at lines) int {
	if f.Line > len(at) {
		return f.Column // without the file
	}
	data := r.Data[at[f.Line-1]:]
	before := data[:min(f.Column-1, len(data))]
	return utf8.RuneCount(before) + f.Column - len(before)
}

// fileURI is the file as a URI, relative if the name is.
func fileURI(name string) string {
	u := url.URL{Path: filepath.ToSlash(name)}
	if filepath.IsAbs(name) {
		u.Scheme = "file"
	}
	return u.String()
}
