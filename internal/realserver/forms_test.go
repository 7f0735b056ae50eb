package realserver

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/form"
	"github.com/stanzakit/stanzakit/gen/discoinfo"
	"github.com/stanzakit/stanzakit/gen/forms/httpupload0form"
	"github.com/stanzakit/stanzakit/gen/forms/mam2form"
	"github.com/stanzakit/stanzakit/gen/forms/mucroomconfig"
	"github.com/stanzakit/stanzakit/gen/forms/mucroominfo"
	"github.com/stanzakit/stanzakit/gen/forms/pubsubnodeconfig"
	"github.com/stanzakit/stanzakit/gen/mam2"
	"github.com/stanzakit/stanzakit/gen/muc"
	"github.com/stanzakit/stanzakit/gen/mucowner"
	"github.com/stanzakit/stanzakit/gen/pubsubowner"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/xdata"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp"
)

// dataForms configures a room with a typed form, and reads those of the archive and of service discovery.
func dataForms(t *testing.T, s *server) {
	alice := s.available(t, s.config(t, "ALICE"))
	room := jid.MustParse("forms@" + s.get(t, "XMPP_MUC_DOMAIN"))
	nick, err := room.WithResource("alice")
	if err != nil {
		t.Fatal(err)
	}
	if err := alice.Send(deadline(t), &stanza.Presence{To: nick, Any: []wire.Element{&muc.X{}}}); err != nil {
		t.Fatal(err)
	}
	config := roomConfig(t, alice, room)
	config.RoomName, config.RoomDesc = "Forms", "A room for forms"
	config.MembersOnly, config.PublicRoom = new(true), new(true)
	config.WhoIs = mucroomconfig.WhoIsAnyone
	if _, err := xmpp.Set[xmpp.None](deadline(t), alice.Session, room, &mucowner.Query{Form: config.Submit()}); err != nil {
		t.Fatalf("set the configuration: %v", err)
	}
	got := roomConfig(t, alice, room)
	if diff := cmp.Diff(config, got); diff != "" {
		t.Errorf("configuration (-want +got)\n%s", diff)
	}
	var info mucroominfo.Form
	readInfo(t, alice, room, mucroominfo.FormType, &info)
	if info.Description != config.RoomDesc {
		t.Errorf("description in service discovery: %+v", info)
	}
	archive, err := xmpp.Get[mam2.Query](deadline(t), alice.Session, alice.JID().Bare(), &mam2.Query{})
	if err != nil {
		t.Fatalf("form of the archive: %v", err)
	}
	var query mam2form.Form
	if err := query.Read(archive.Form); err != nil {
		t.Errorf("form of the archive: %v", err)
	}
	service := jid.MustParse(s.get(t, "XMPP_PUBSUB_DOMAIN"))
	defaults, err := xmpp.Get[pubsubowner.Pubsub](deadline(t), alice.Session, service, &pubsubowner.Pubsub{Default: &pubsubowner.Default{}})
	if err != nil {
		t.Fatalf("default configuration of nodes: %v", err)
	}
	var node pubsubnodeconfig.Form
	if err := node.Read(defaults.Default.Form); err != nil || node.AccessModel == "" || node.MaxItems == nil {
		t.Errorf("default configuration of nodes: %v, %+v", err, node)
	}
	var limits httpupload0form.Form
	readInfo(t, alice, jid.MustParse(s.get(t, "XMPP_UPLOAD_DOMAIN")), httpupload0form.FormType, &limits)
	if limits.MaxFileSize == nil || *limits.MaxFileSize == 0 {
		t.Errorf("limits of the upload service: %+v", limits)
	}
}

// roomConfig asks for the configuration of a room.
func roomConfig(t *testing.T, c *xmpp.Client, room jid.JID) mucroomconfig.Form {
	t.Helper()
	asked, err := xmpp.Get[mucowner.Query](deadline(t), c.Session, room, &mucowner.Query{})
	if err != nil {
		t.Fatalf("get the configuration: %v", err)
	}
	var config mucroomconfig.Form
	if err := config.Read(asked.Form); err != nil {
		t.Errorf("configuration: %v", err)
	}
	return config
}

// readInfo reads the form of that FORM_TYPE that service discovery tells of an entity.
func readInfo(t *testing.T, c *xmpp.Client, to jid.JID, formType string, f interface{ Read(*xdata.Form) error }) {
	t.Helper()
	info, err := xmpp.Get[discoinfo.Query](deadline(t), c.Session, to, &discoinfo.Query{})
	if err != nil {
		t.Fatalf("service discovery of %s: %v", to, err)
	}
	for i := range info.Form {
		if form.TypeOf(&info.Form[i]) == formType {
			if err := f.Read(&info.Form[i]); err != nil {
				t.Errorf("%s of %s: %v", formType, to, err)
			}
			return
		}
	}
	t.Errorf("service discovery of %s tells nothing of %s", to, formType)
}
