// Command stanzagen turns XML schemas of XMPP extensions into Go packages, and looks at XMPP documents with the schemas and types it knows.
//
// The typical call, for schemas of one's own in ./schemas and packages below ./gen:
//
//	go run github.com/stanzakit/stanzakit/cmd/stanzagen generate
//
// The exit status is 0 if all is well, 1 if the command has found something wrong, 2 if it could not run.
package main

import (
	"fmt"
	"os"

	"github.com/alecthomas/kong"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/cli"
)

func main() { os.Exit(run()) }

const description = `Turns XML schemas of XMPP extensions into Go packages, and looks at XMPP documents with the schemas and types it knows.

Exit status: 0 if all is well, 1 if something was found to be wrong (faults of a schema, generated code that is not current, findings, losses), ` +
	`2 if the command could not run.`

const (
	schemasHelp = `Directory of schemas: those that its index.txt lists (namespace, package, file, title), or else every *.xsd, its package named by ` +
		`the last word of the namespace, version included: urn:example:weather:1 is weather1 (default: schemas).`
	outHelp = `Directory for the packages, a subdirectory each, and the registry of all of them, unless Go code of yours is there; ` +
		`packages generated earlier that have no schema any more are removed (default: gen).`
	strictHelp = `Refuse what published schemas are known to do wrong, as parts in the wrong place or names that lead nowhere, and what a validator ` +
		`refuses; --no-strict reads over it with warnings (default: strict where an index.txt stands).`
)

// commands is the command line.
type commands struct {
	Generate generate `cmd:"" help:"Write a Go package for each schema in a directory."`
	New      start    `cmd:"" help:"Start an extension of your own: a schema, a go:generate line, a test, and the code."`
	Validate validate `cmd:"" help:"Check documents against the schemas."`
	Inspect  inspect  `cmd:"" help:"Tell which Go type each element of a document decodes into, and whether encoding loses anything."`
	List     list     `cmd:"" help:"List the namespaces that have a schema: namespace, package, specification, title, number of elements."`
}

type generate struct {
	Schemas string `default:"schemas" placeholder:"DIR" help:"${schemas}"`
	Out     string `default:"gen" placeholder:"DIR" help:"${out}"`
	Module  string `placeholder:"PATH" help:"Import path of the output directory (default: what the nearest go.mod says)."`
	Strict  *bool  `negatable:"" help:"${strict}"`
	Check   bool   `help:"Write nothing; list what is not current."`
}

// Run writes the packages.
func (c generate) Run(con cli.Console) error { return cli.Generate(con, cli.GenerateConfig(c)) }

type start struct {
	Name      string `arg:"" help:"Name of the extension, and of its Go package: lower-case letters and digits."`
	Namespace string `placeholder:"URI" help:"Its XML namespace (default: made of the module's path)."`
	Schemas   string `default:"schemas" placeholder:"DIR" help:"Directory of schemas (default: schemas)."`
	Out       string `default:"gen" placeholder:"DIR" help:"Directory for the packages (default: gen)."`
}

// Run writes the files.
func (c start) Run(con cli.Console) error { return cli.New(con, cli.NewConfig(c)) }

type validate struct {
	JSON    bool     `xor:"output" help:"Write a line of JSON for each file."`
	SARIF   bool     `xor:"output" help:"Write one SARIF 2.1.0 log of all that is found."`
	Stream  bool     `help:"The files are recorded streams, with or without their end, or documents one after the other."`
	Profile string   `default:"default" enum:"default,strict" help:"How closely: default takes children in any order, xml:lang everywhere, and declared elements of other namespaces anywhere; strict takes the schemas as they are."`
	Schemas []string `sep:"none" placeholder:"DIR" help:"A directory of schemas beside those that are built in; may be repeated."`
	Files   []string `arg:"" name:"file" help:"Documents: a stanza or another element each; directories (every *.xml below); txtar archives and transcripts (*.txtar, *.txt); - for standard input."`
}

// Run checks the files.
func (c validate) Run(con cli.Console) error { return cli.Validate(con, cli.ValidateConfig(c)) }

type inspect struct {
	JSON  bool     `help:"Write a line of JSON for each file."`
	Emit  string   `placeholder:"DIR" help:"Write each document, encoded again, below this directory under its own path."`
	Files []string `arg:"" name:"file" help:"Documents: a stanza or another element each."`
}

// Run inspects the files.
func (c inspect) Run(con cli.Console) error { return cli.Inspect(con, cli.InspectConfig(c)) }

type list struct {
	JSON     bool   `help:"Write a line of JSON for each namespace."`
	Coverage bool   `help:"A line for each specification instead, with its elements and in how many samples they occur, and the totals."`
	Samples  string `placeholder:"DIR" help:"Directory of XML documents to count in (with --coverage)."`
}

// Run lists the namespaces.
func (c list) Run(con cli.Console) error { return cli.List(con, cli.ListConfig(c)) }

// run parses the command line, runs the command, and returns the exit status.
func run() int {
	con := cli.Console{Out: os.Stdout, Err: os.Stderr}
	var c commands
	parser, err := kong.New(&c, kong.Name("stanzagen"), kong.Description(description), kong.Vars{"schemas": schemasHelp, "out": outHelp, "strict": strictHelp})
	if err != nil {
		return con.Status(err)
	}
	command, err := parser.Parse(os.Args[1:])
	if err != nil {
		return con.Status(fmt.Errorf("%w; see stanzagen --help", err))
	}
	return con.Status(command.Run(con))
}
