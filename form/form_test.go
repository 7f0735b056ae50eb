package form_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/form"
	"github.com/stanzakit/stanzakit/gen/forms/admin"
	"github.com/stanzakit/stanzakit/gen/forms/calendareventsrsvp0"
	"github.com/stanzakit/stanzakit/gen/forms/mam2form"
	"github.com/stanzakit/stanzakit/gen/forms/mucroomconfig"
	"github.com/stanzakit/stanzakit/gen/forms/pubsubfilter0form"
	"github.com/stanzakit/stanzakit/gen/forms/pubsubnodeconfig"
	"github.com/stanzakit/stanzakit/gen/forms/searchform"
	"github.com/stanzakit/stanzakit/gen/xdata"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
)

// decode reads a form.
func decode(t *testing.T, text string) *xdata.Form {
	t.Helper()
	x := new(xdata.Form)
	if err := wire.UnmarshalInto([]byte(text), nil, x); err != nil {
		t.Fatal(err)
	}
	return x
}

// encode writes a form.
func encode(t *testing.T, x *xdata.Form) string {
	t.Helper()
	data, err := wire.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// fields puts fields into a form of that kind.
func fields(kind, formType, inner string) string {
	head := "<field var='FORM_TYPE' type='hidden'><value>" + formType + "</value></field>"
	return "<x xmlns='jabber:x:data' type='" + kind + "'>" + head + inner + "</x>"
}

func TestReadRoomConfig(t *testing.T) {
	tests := []struct {
		name    string
		kind    string
		inner   string
		want    mucroomconfig.Form
		wantErr string
	}{
		{
			name: "values of each type", kind: "submit",
			inner: `<field var='muc#roomconfig_roomname'><value>A Dark Cave</value></field>` +
				`<field var='muc#roomconfig_membersonly'><value>1</value></field>` +
				`<field var='muc#roomconfig_moderatedroom'><value>false</value></field>` +
				`<field var='muc#roomconfig_whois'><value>anyone</value></field>` +
				`<field var='muc#roomconfig_presencebroadcast'><value>moderator</value><value>visitor</value></field>` +
				`<field var='muc#maxhistoryfetch'><value> 50 </value></field>`,
			want: mucroomconfig.Form{
				RoomName: "A Dark Cave", MembersOnly: new(true), ModeratedRoom: new(false), WhoIs: mucroomconfig.WhoIsAnyone,
				PresenceBroadcast: []mucroomconfig.Role{mucroomconfig.RoleModerator, mucroomconfig.RoleVisitor}, MaxHistoryFetch: new(uint32(50)),
			},
		},
		{
			name: "an option that is not known is kept", kind: "submit",
			inner: `<field var='muc#roomconfig_maxusers'><value>5000</value></field>`,
			want:  mucroomconfig.Form{MaxUsers: "5000"},
		},
		{
			name: "each JID once", kind: "submit",
			inner: `<field var='muc#roomconfig_roomadmins'><value>a@example.org</value><value>A@example.org</value><value>b@example.org</value></field>`,
			want:  mucroomconfig.Form{RoomAdmins: []jid.JID{jid.MustParse("a@example.org"), jid.MustParse("b@example.org")}},
		},
		{
			name: "lines of text where a line was expected", kind: "submit",
			inner: `<field var='muc#roomconfig_roomdesc' type='text-multi'><value>one</value><value>two</value></field>`,
			want: mucroomconfig.Form{RoomDesc: "one\ntwo", Extra: &form.Extra{
				Form: xdata.Form{Type: xdata.FormSubmit}, Types: map[string]xdata.FieldType{mucroomconfig.VarRoomDesc: xdata.FieldTextMulti},
			}},
		},
		{
			name: "no value in a submission", kind: "submit",
			inner: `<field var='muc#roomconfig_roomsecret'><value/></field><field var='muc#roomconfig_membersonly'/>`,
			want:  mucroomconfig.Form{Empty: []string{mucroomconfig.VarRoomSecret, mucroomconfig.VarMembersOnly}},
		},
		{
			name: "no value in a form to fill in", kind: "form",
			inner: `<field var='muc#roomconfig_roomsecret' type='text-private'/>`,
			want:  mucroomconfig.Form{},
		},
		{
			name: "bad values cost their field only", kind: "submit",
			inner: `<field var='muc#roomconfig_membersonly'><value>yes</value></field>` +
				`<field var='muc#maxhistoryfetch'><value>-1</value></field>` +
				`<field var='muc#roomconfig_slow_mode_duration'><value>-1</value></field>` +
				`<field var='muc#roomconfig_roomname'><value>a</value><value>b</value></field>` +
				`<field var='muc#roomconfig_roomdesc'><value>fine</value></field><field var='muc#roomconfig_roomdesc'><value>again</value></field>` +
				`<field var='muc#roomconfig_roomdesc'><value>and again</value></field>`,
			want: mucroomconfig.Form{RoomDesc: "fine", Extra: &form.Extra{
				Form: xdata.Form{Type: xdata.FormSubmit},
				Fields: []xdata.Field{
					{Var: mucroomconfig.VarMembersOnly, Value: []string{"yes"}}, {Var: mucroomconfig.VarMaxHistoryFetch, Value: []string{"-1"}},
					{Var: mucroomconfig.VarSlowModeDuration, Value: []string{"-1"}}, {Var: mucroomconfig.VarRoomName, Value: []string{"a", "b"}},
					{Var: mucroomconfig.VarRoomDesc, Value: []string{"again"}}, {Var: mucroomconfig.VarRoomDesc, Value: []string{"and again"}},
				},
			}},
			wantErr: `form: http://jabber.org/protocol/muc#roomconfig: muc#roomconfig_membersonly: "yes": not a boolean
form: http://jabber.org/protocol/muc#roomconfig: muc#maxhistoryfetch: "-1": not an integer that fits
form: http://jabber.org/protocol/muc#roomconfig: muc#roomconfig_slow_mode_duration: "-1": out of range
form: http://jabber.org/protocol/muc#roomconfig: muc#roomconfig_roomname: more than one value
form: http://jabber.org/protocol/muc#roomconfig: muc#roomconfig_roomdesc: more than one field of that name`,
		},
		{
			name: "what is not known is kept", kind: "result",
			inner: `<field type='fixed'><value>Section</value></field><field var='{urn:example}color' label='Color'><value>red</value></field>`,
			want: mucroomconfig.Form{Extra: &form.Extra{Form: xdata.Form{Type: xdata.FormResult}, Fields: []xdata.Field{
				{Type: xdata.FieldFixed, Value: []string{"Section"}}, {Var: "{urn:example}color", Label: "Color", Value: []string{"red"}},
			}}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got mucroomconfig.Form
			err := got.Read(decode(t, fields(tt.kind, mucroomconfig.FormType, tt.inner)))
			if diff := cmp.Diff(tt.wantErr, message(err)); diff != "" {
				t.Errorf("error (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// TestFormType has the cases of XEP-0068, section 4.
func TestFormType(t *testing.T) {
	tests := []struct {
		name, text string
		want       string // FORM_TYPE that counts
		wantErr    string
	}{
		{name: "ours", text: fields("submit", mam2form.FormType, ""), want: mam2form.FormType},
		{name: "none", text: `<x xmlns='jabber:x:data' type='submit'/>`},
		{
			name: "another", text: fields("form", "urn:xmpp:mam:1", ""), want: "urn:xmpp:mam:1",
			wantErr: `form: FORM_TYPE is "urn:xmpp:mam:1", want "urn:xmpp:mam:2"`,
		},
		{
			name: "not hidden in a submission",
			text: `<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>urn:xmpp:mam:1</value></field></x>`, want: "urn:xmpp:mam:1",
			wantErr: `form: FORM_TYPE is "urn:xmpp:mam:1", want "urn:xmpp:mam:2"`,
		},
		{
			name: "not hidden in a result",
			text: `<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE'><value>urn:xmpp:mam:1</value></field></x>`,
		},
		{name: "cancelled", text: `<x xmlns='jabber:x:data' type='cancel'/>`, wantErr: "form: cancelled"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := decode(t, tt.text)
			if got := form.TypeOf(x); got != tt.want {
				t.Errorf("TypeOf = %q, want %q", got, tt.want)
			}
			var f mam2form.Form
			if diff := cmp.Diff(tt.wantErr, message(f.Read(x))); diff != "" {
				t.Errorf("error (-want +got)\n%s", diff)
			}
		})
	}
	var f mam2form.Form
	if err := f.Read(nil); !errors.Is(err, form.ErrNoForm) {
		t.Errorf("of no form: %v", err)
	}
}

// TestWrite compares what is written of a value.
func TestWrite(t *testing.T) {
	config := &mucroomconfig.Form{RoomName: "Rust", MembersOnly: new(true), WhoIs: mucroomconfig.WhoIsAnyone, Empty: []string{mucroomconfig.VarRoomSecret}}
	tests := []struct {
		name string
		got  *xdata.Form
		want string
	}{
		{
			name: "submit", got: config.Submit(),
			want: `<x xmlns='jabber:x:data' type='submit'>` + typeField(mucroomconfig.FormType) +
				`<field var='muc#roomconfig_roomname'><value>Rust</value></field><field var='muc#roomconfig_membersonly'><value>true</value></field>` +
				`<field var='muc#roomconfig_roomsecret'/><field var='muc#roomconfig_whois'><value>anyone</value></field></x>`,
		},
		{
			name: "offer", got: config.Offer(mucroomconfig.VarWhoIs, mucroomconfig.VarMaxHistoryFetch, mucroomconfig.VarSlowModeDuration),
			want: `<x xmlns='jabber:x:data' type='form'><title>Configuration of the room</title>` + typeField(mucroomconfig.FormType) +
				`<field var='muc#roomconfig_whois' type='list-single' label='Who sees the real addresses of occupants'><value>anyone</value>` +
				`<option label='Moderators only'><value>moderators</value></option><option label='Anyone'><value>anyone</value></option></field>` +
				`<field var='muc#maxhistoryfetch' type='text-single' label='Greatest number of earlier messages sent to who enters'>` +
				`<validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:unsignedInt'><basic/></validate></field>` +
				`<field var='muc#roomconfig_slow_mode_duration' type='text-single' label='Seconds that an occupant waits between two messages'>` +
				`<validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:integer'><range min='0'/></validate></field></x>`,
		},
		{
			name: "required, open list", got: new(calendareventsrsvp0.Form).Offer(calendareventsrsvp0.VarAttending),
			want: `<x xmlns='jabber:x:data' type='form'><title>Answer to the invitation</title>` + typeField(calendareventsrsvp0.FormType) +
				`<field var='attending' type='list-single' label='Whether you come'><required/>` +
				`<option label='Maybe'><value>maybe</value></option><option label='Yes'><value>yes</value></option>` +
				`<option label='No'><value>no</value></option></field></x>`,
		},
		{
			name: "lines", got: (&admin.Announce{Announcement: []string{"one\r\ntwo", "three"}}).Submit(),
			want: `<x xmlns='jabber:x:data' type='submit'>` + typeField(admin.FormType) +
				`<field var='announcement'><value>one</value><value>two</value><value>three</value></field></x>`,
		},
		{
			name: "max and numbers", got: (&pubsubnodeconfig.Form{MaxItems: new(form.Max), ItemExpire: new(form.Limit(60))}).Submit(),
			want: `<x xmlns='jabber:x:data' type='submit'>` + typeField(pubsubnodeconfig.FormType) +
				`<field var='pubsub#max_items'><value>max</value></field><field var='pubsub#item_expire'><value>60</value></field></x>`,
		},
		{
			name: "times", got: (&mam2form.Form{Start: time.Date(2010, 6, 7, 2, 0, 0, 0, time.FixedZone("", 7200))}).Submit(),
			want: `<x xmlns='jabber:x:data' type='submit'>` + typeField(mam2form.FormType) +
				`<field var='start'><value>2010-06-07T00:00:00Z</value></field></x>`,
		},
		{
			name: "the empty one of a list", got: (&pubsubfilter0form.Form{ExcludedTypes: []string{""}}).Submit(),
			want: `<x xmlns='jabber:x:data' type='submit'>` + typeField(pubsubfilter0form.FormType) +
				`<field var='excluded-types'><value/></field></x>`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(encode(t, decode(t, tt.want)), encode(t, tt.got)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func typeField(formType string) string {
	return "<field var='FORM_TYPE' type='hidden'><value>" + formType + "</value></field>"
}

// TestAnswer fills in a form that asks more than the definition knows: what was hidden comes back, texts and empty questions do not.
func TestAnswer(t *testing.T) {
	asked := fields("form", mucroomconfig.FormType, `<field type='fixed'><value>Section</value></field>`+
		`<field var='nonce' type='hidden'><value>x1</value></field><field var='color' type='list-single' label='Color'><value>red</value>`+
		`<option><value>red</value></option></field><field var='size' type='text-single'/>`+
		`<field var='muc#roomconfig_roomname' type='text-single' label='Name'><required/><value>old</value></field>`)
	var config mucroomconfig.Form
	if err := config.Read(decode(t, asked)); err != nil {
		t.Fatal(err)
	}
	config.RoomName = "new"
	want := fields("submit", mucroomconfig.FormType, `<field var='muc#roomconfig_roomname'><value>new</value></field>`+
		`<field var='nonce'><value>x1</value></field><field var='color'><value>red</value></field>`)
	if diff := cmp.Diff(encode(t, decode(t, want)), encode(t, config.Submit())); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestRequired refuses a submission without a field that it must have.
func TestRequired(t *testing.T) {
	for _, inner := range []string{"", "<field var='attending'/>", "<field var='attending'><value/></field>"} {
		var answer calendareventsrsvp0.Form
		err := answer.Read(decode(t, fields("submit", calendareventsrsvp0.FormType, inner)))
		fault, ok := errors.AsType[*form.FieldError](err)
		if !ok || fault.Var != calendareventsrsvp0.VarAttending || !errors.Is(err, form.ErrMissing) {
			t.Errorf("%s: %v", inner, err)
		}
		if err := answer.Read(decode(t, fields("form", calendareventsrsvp0.FormType, inner))); err != nil {
			t.Errorf("form to fill in: %v", err)
		}
	}
}

func TestItems(t *testing.T) {
	x := decode(t, `<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'><value>jabber:iq:search</value></field>
		<reported><field var='first'/><field var='jid' type='jid-single'/></reported>
		<item><field var='first'><value>Benvolio</value></field><field var='jid'><value>benvolio@montague.lit</value></field></item>
		<item><field var='first'><value>Romeo</value></field><field var='jid'><value>@</value></field></item></x>`)
	rows, err := form.Items[searchform.Form](x)
	if err == nil || !strings.Contains(err.Error(), "form: jabber:iq:search: jid: \"@\": ") {
		t.Errorf("error %v", err)
	}
	if len(rows) != 2 {
		t.Fatalf("%d rows", len(rows))
	}
	want := searchform.Form{First: "Benvolio", JID: jid.MustParse("benvolio@montague.lit")}
	if diff := cmp.Diff(want, rows[0]); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if rows[1].First != "Romeo" || !rows[1].JID.IsZero() {
		t.Errorf("%+v", rows[1])
	}
	if _, err := form.Items[searchform.Form](nil); !errors.Is(err, form.ErrNoForm) {
		t.Errorf("of no form: %v", err)
	}
}

func TestFind(t *testing.T) {
	x := new(mucroomconfig.Form).Offer()
	if f := form.Find(x, mucroomconfig.VarLang); f == nil || f.Var != mucroomconfig.VarLang {
		t.Errorf("%v", f)
	}
	if form.Find(x, "none") != nil || form.Find(nil, "none") != nil {
		t.Error("found what is not there")
	}
}
