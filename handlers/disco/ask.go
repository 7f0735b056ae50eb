package disco

import (
	"context"

	"github.com/stanzakit/stanzakit/gen/discoinfo"
	"github.com/stanzakit/stanzakit/gen/discoitems"
	"github.com/stanzakit/stanzakit/gen/xdata"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/xmpp"
)

// Info asks an entity what it is and what it can do (XEP-0030, section 3). The empty node is the entity itself.
func Info(ctx context.Context, s *xmpp.Session, to jid.JID, node string) (*discoinfo.Query, error) {
	return xmpp.Get[discoinfo.Query](ctx, s, to, &discoinfo.Query{Node: node})
}

// Items asks an entity what belongs to it (XEP-0030, section 4). The empty node is the entity itself.
func Items(ctx context.Context, s *xmpp.Session, to jid.JID, node string) (*discoitems.Query, error) {
	return xmpp.Get[discoitems.Query](ctx, s, to, &discoitems.Query{Node: node})
}

// HasFeature reports whether an entity supports the feature. That of service discovery itself goes without saying, since it answered (XEP-0030, section 3.1).
func HasFeature(info *discoinfo.Query, feature string) bool {
	if feature == discoinfo.NS {
		return true
	}
	for i := range info.Feature {
		if info.Feature[i].Var == feature {
			return true
		}
	}
	return false
}

// HasIdentity reports whether an entity is of the category and type (XEP-0030, section 3.1). The empty type is any.
func HasIdentity(info *discoinfo.Query, category, typ string) bool {
	for i := range info.Identity {
		if id := &info.Identity[i]; id.Category == category && (typ == "" || id.Type == typ) {
			return true
		}
	}
	return false
}

// Form returns the form of a FORM_TYPE that an entity describes itself with (XEP-0128), nil if there is none.
func Form(info *discoinfo.Query, formType string) *xdata.Form {
	for i := range info.Form {
		if t, _ := typeOf(&info.Form[i]); t == formType {
			return &info.Form[i]
		}
	}
	return nil
}
