package disco

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/gen/discoinfo"
	"github.com/stanzakit/stanzakit/gen/xdata"
)

func TestEntityReplaces(t *testing.T) {
	var e Entity
	e.AddFeature("urn:example:a", discoinfo.NS)
	e.AddFeature("urn:example:a")
	e.AddIdentity(discoinfo.Identity{Category: "client", Type: "pc", Name: "old"})
	e.AddIdentity(discoinfo.Identity{Category: "client", Type: "pc", Name: "neu", Lang: "de"})
	e.AddIdentity(discoinfo.Identity{Category: "client", Type: "pc", Name: "new"})
	e.AddForm(form("urn:example:form", xdata.Field{Var: "old"}))
	e.AddForm(form("urn:example:other"))
	e.AddForm(form("urn:example:form", xdata.Field{Var: "new"}))

	now := e.snapshot()
	if now.ver == "" {
		t.Error("no hash: something was said twice")
	}
	want := []string{"client/pc/de/neu", "client/pc//new", "http://jabber.org/protocol/caps", discoinfo.NS, "http://jabber.org/protocol/disco#items", "urn:example:a"}
	var got []string
	for _, id := range now.info.Identity {
		got = append(got, fmt.Sprintf("%s/%s/%s/%s", id.Category, id.Type, id.Lang, id.Name))
	}
	for _, f := range now.info.Feature {
		got = append(got, f.Var)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("info (-want +got):\n%s", diff)
	}
	if f := Form(now.info, "urn:example:form"); f == nil || f.Field[1].Var != "new" {
		t.Errorf("form %+v, want the new one", f)
	}
	if f := Form(now.info, "urn:example:none"); f != nil {
		t.Errorf("form %+v, want none", f)
	}
}

func TestEntityForgetsOldVersions(t *testing.T) {
	var e Entity
	first := e.announce()
	for i := range maxAnnounced {
		if e.version(first) == nil {
			t.Fatalf("the first version is forgotten after %d more", i)
		}
		e.AddFeature(fmt.Sprint("urn:example:", i))
		e.announce()
	}
	if e.version(first) != nil {
		t.Errorf("the first version is still known after %d more", maxAnnounced)
	}
}

// TestFormTypeTwice has an entity that cannot be hashed: it answers, but its presence tells nothing.
func TestFormTypeTwice(t *testing.T) {
	var e Entity
	f := form("urn:example:a")
	f.Field[0].Value = append(f.Field[0].Value, "urn:example:b")
	e.AddForm(f)
	if ver := e.announce(); ver != "" {
		t.Errorf("announced %q, want nothing", ver)
	}
	if got := len(e.snapshot().info.Form); got != 1 {
		t.Errorf("%d forms, want 1", got)
	}
}
