package version

import (
	"context"
	"path"
	"runtime/debug"
	"strings"

	"github.com/stanzakit/stanzakit/gen/stanza"
	genversion "github.com/stanzakit/stanzakit/gen/version"
	"github.com/stanzakit/stanzakit/handlers/disco"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/xmpp"
)

// Get asks an entity what software it runs (XEP-0092, section 2).
func Get(ctx context.Context, s *xmpp.Session, to jid.JID) (*genversion.Query, error) {
	return xmpp.Get[genversion.Query](ctx, s, to, &genversion.Query{})
}

// Plugin answers what software we are and says so through service discovery (XEP-0092, section 4).
type Plugin struct {
	// Name and Version are those of the software; empty means what the Go linker noted of the program.
	Name, Version string
	// OS is the operating system. Empty means that it is nobody's business (XEP-0092, section 5).
	OS string

	reply genversion.Query // never changed after Setup
}

// Setup implements [xmpp.Plugin].
func (p *Plugin) Setup(h *xmpp.Host) error {
	d, err := xmpp.Need[disco.Plugin](h)
	if err != nil {
		return err
	}
	d.AddFeature(genversion.NS)
	info, _ := debug.ReadBuildInfo()
	name, version := program(info)
	p.reply = genversion.Query{Name: p.Name, Version: p.Version, OS: p.OS}
	if p.Name == "" {
		p.reply.Name = name
	}
	if p.Version == "" {
		p.reply.Version = version
	}
	xmpp.HandleIQ(h.Mux(), stanza.IQGet, p.answer)
	return nil
}

// answer answers with name and version, which are required, and the operating system if it is given (XEP-0092, section 2).
func (p *Plugin) answer(context.Context, *stanza.IQ, *genversion.Query) (*genversion.Query, error) {
	return &p.reply, nil
}

// program returns name and version of the program, neither of them empty.
func program(info *debug.BuildInfo) (name, version string) {
	const noName, noVersion = "stanzakit", "unknown"
	if info == nil {
		return noName, noVersion
	}
	main := info.Path
	if main == "" || main == "command-line-arguments" { // go run file.go
		main = info.Main.Path
	}
	if name = path.Base(main); isMajor(name) {
		name = path.Base(path.Dir(main))
	}
	if main == "" {
		name = noName
	}
	if version = strings.Trim(info.Main.Version, "()"); version == "" {
		version = noVersion
	}
	return name, version
}

// isMajor reports whether a path element is the major version that a module's path may end in.
func isMajor(s string) bool {
	return len(s) > 1 && s[0] == 'v' && strings.Trim(s[1:], "0123456789") == ""
}
