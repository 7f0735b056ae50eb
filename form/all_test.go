package form_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/form"
	"github.com/stanzakit/stanzakit/gen/forms/admin"
	"github.com/stanzakit/stanzakit/gen/forms/calendareventsextra0"
	"github.com/stanzakit/stanzakit/gen/forms/calendareventsrsvp0"
	"github.com/stanzakit/stanzakit/gen/forms/captchaform"
	"github.com/stanzakit/stanzakit/gen/forms/channelsearchparams0"
	"github.com/stanzakit/stanzakit/gen/forms/crl0form"
	"github.com/stanzakit/stanzakit/gen/forms/datapolicy0"
	"github.com/stanzakit/stanzakit/gen/forms/datapolicysmtp0"
	"github.com/stanzakit/stanzakit/gen/forms/delegation2form"
	"github.com/stanzakit/stanzakit/gen/forms/hatscommands"
	"github.com/stanzakit/stanzakit/gen/forms/httpupload0form"
	"github.com/stanzakit/stanzakit/gen/forms/invitation"
	"github.com/stanzakit/stanzakit/gen/forms/mam0form"
	"github.com/stanzakit/stanzakit/gen/forms/mam1form"
	"github.com/stanzakit/stanzakit/gen/forms/mam2form"
	"github.com/stanzakit/stanzakit/gen/forms/mentions0form"
	"github.com/stanzakit/stanzakit/gen/forms/mixanon0form"
	"github.com/stanzakit/stanzakit/gen/forms/mixcore1form"
	"github.com/stanzakit/stanzakit/gen/forms/mucregister"
	"github.com/stanzakit/stanzakit/gen/forms/mucrequest"
	"github.com/stanzakit/stanzakit/gen/forms/mucroomconfig"
	"github.com/stanzakit/stanzakit/gen/forms/mucroominfo"
	"github.com/stanzakit/stanzakit/gen/forms/offlineform"
	"github.com/stanzakit/stanzakit/gen/forms/pubsubextdisco0"
	"github.com/stanzakit/stanzakit/gen/forms/pubsubfilter0form"
	"github.com/stanzakit/stanzakit/gen/forms/pubsubmetadata"
	"github.com/stanzakit/stanzakit/gen/forms/pubsubnodeconfig"
	"github.com/stanzakit/stanzakit/gen/forms/pubsubpublishoptions"
	"github.com/stanzakit/stanzakit/gen/forms/pubsubsubscribeauthorization"
	"github.com/stanzakit/stanzakit/gen/forms/pubsubsubscribeoptions"
	"github.com/stanzakit/stanzakit/gen/forms/pushsummary"
	"github.com/stanzakit/stanzakit/gen/forms/reactionsrestrictions0"
	"github.com/stanzakit/stanzakit/gen/forms/register0form"
	"github.com/stanzakit/stanzakit/gen/forms/registercancel"
	"github.com/stanzakit/stanzakit/gen/forms/registerchangepassword"
	"github.com/stanzakit/stanzakit/gen/forms/registerform"
	"github.com/stanzakit/stanzakit/gen/forms/searchform"
	"github.com/stanzakit/stanzakit/gen/forms/serverinfo"
	"github.com/stanzakit/stanzakit/gen/forms/softwareinfo"
	"github.com/stanzakit/stanzakit/gen/forms/sos0form"
	"github.com/stanzakit/stanzakit/gen/forms/spaces0form"
	"github.com/stanzakit/stanzakit/gen/forms/ssn"
	"github.com/stanzakit/stanzakit/gen/xdata"
)

// readable is any generated form.
type readable interface{ Read(*xdata.Form) error }

// generated is a generated form and its definition.
type generated struct {
	form readable
	def  *form.Definition
}

// name is the form's type, with its package.
func (g generated) name() string { return reflect.TypeOf(g.form).Elem().String() }

// fresh returns a form of the type that holds nothing.
func (g generated) fresh() readable {
	return reflect.New(reflect.TypeOf(g.form).Elem()).Interface().(readable)
}

// all lists every generated form.
func all() []generated {
	return []generated{
		{new(admin.AddUser), &admin.AddUserDefinition},
		{new(admin.DeleteUser), &admin.DeleteUserDefinition},
		{new(admin.DisableUser), &admin.DisableUserDefinition},
		{new(admin.ReenableUser), &admin.ReenableUserDefinition},
		{new(admin.EndUserSession), &admin.EndUserSessionDefinition},
		{new(admin.ChangeUserPassword), &admin.ChangeUserPasswordDefinition},
		{new(admin.GetUserRoster), &admin.GetUserRosterDefinition},
		{new(admin.GetUserLastLogin), &admin.GetUserLastLoginDefinition},
		{new(admin.GetUserStatistics), &admin.GetUserStatisticsDefinition},
		{new(admin.EditBlacklist), &admin.EditBlacklistDefinition},
		{new(admin.EditWhitelist), &admin.EditWhitelistDefinition},
		{new(admin.GetRegisteredUsersNum), &admin.GetRegisteredUsersNumDefinition},
		{new(admin.GetDisabledUsersNum), &admin.GetDisabledUsersNumDefinition},
		{new(admin.GetOnlineUsersNum), &admin.GetOnlineUsersNumDefinition},
		{new(admin.GetActiveUsersNum), &admin.GetActiveUsersNumDefinition},
		{new(admin.GetIdleUsersNum), &admin.GetIdleUsersNumDefinition},
		{new(admin.GetRegisteredUserList), &admin.GetRegisteredUserListDefinition},
		{new(admin.GetDisabledUserList), &admin.GetDisabledUserListDefinition},
		{new(admin.GetOnlineUserList), &admin.GetOnlineUserListDefinition},
		{new(admin.GetActiveUserList), &admin.GetActiveUserListDefinition},
		{new(admin.GetIdleUserList), &admin.GetIdleUserListDefinition},
		{new(admin.Announce), &admin.AnnounceDefinition},
		{new(admin.MOTD), &admin.MOTDDefinition},
		{new(admin.Welcome), &admin.WelcomeDefinition},
		{new(admin.EditAdmin), &admin.EditAdminDefinition},
		{new(admin.Restart), &admin.RestartDefinition},
		{new(admin.Shutdown), &admin.ShutdownDefinition},
		{new(admin.ServerBuddy), &admin.ServerBuddyDefinition},
		{new(calendareventsextra0.Form), &calendareventsextra0.FormDefinition},
		{new(calendareventsrsvp0.Form), &calendareventsrsvp0.FormDefinition},
		{new(captchaform.Form), &captchaform.FormDefinition},
		{new(channelsearchparams0.Form), &channelsearchparams0.FormDefinition},
		{new(crl0form.Form), &crl0form.FormDefinition},
		{new(datapolicy0.Form), &datapolicy0.FormDefinition},
		{new(datapolicysmtp0.Form), &datapolicysmtp0.FormDefinition},
		{new(delegation2form.Form), &delegation2form.FormDefinition},
		{new(hatscommands.Form), &hatscommands.FormDefinition},
		{new(httpupload0form.Form), &httpupload0form.FormDefinition},
		{new(invitation.Form), &invitation.FormDefinition},
		{new(mam0form.Form), &mam0form.FormDefinition},
		{new(mam1form.Form), &mam1form.FormDefinition},
		{new(mam2form.Form), &mam2form.FormDefinition},
		{new(mentions0form.Form), &mentions0form.FormDefinition},
		{new(mixanon0form.Form), &mixanon0form.FormDefinition},
		{new(mixcore1form.Form), &mixcore1form.FormDefinition},
		{new(mucregister.Form), &mucregister.FormDefinition},
		{new(mucrequest.Form), &mucrequest.FormDefinition},
		{new(mucroomconfig.Form), &mucroomconfig.FormDefinition},
		{new(mucroominfo.Form), &mucroominfo.FormDefinition},
		{new(offlineform.Form), &offlineform.FormDefinition},
		{new(pubsubextdisco0.Form), &pubsubextdisco0.FormDefinition},
		{new(pubsubfilter0form.Form), &pubsubfilter0form.FormDefinition},
		{new(pubsubmetadata.Form), &pubsubmetadata.FormDefinition},
		{new(pubsubnodeconfig.Form), &pubsubnodeconfig.FormDefinition},
		{new(pubsubpublishoptions.Form), &pubsubpublishoptions.FormDefinition},
		{new(pubsubsubscribeauthorization.Form), &pubsubsubscribeauthorization.FormDefinition},
		{new(pubsubsubscribeoptions.Form), &pubsubsubscribeoptions.FormDefinition},
		{new(pushsummary.Form), &pushsummary.FormDefinition},
		{new(reactionsrestrictions0.Form), &reactionsrestrictions0.FormDefinition},
		{new(register0form.Form), &register0form.FormDefinition},
		{new(registercancel.Form), &registercancel.FormDefinition},
		{new(registerchangepassword.Form), &registerchangepassword.FormDefinition},
		{new(registerform.Form), &registerform.FormDefinition},
		{new(searchform.Form), &searchform.FormDefinition},
		{new(serverinfo.Form), &serverinfo.FormDefinition},
		{new(softwareinfo.Form), &softwareinfo.FormDefinition},
		{new(sos0form.Form), &sos0form.FormDefinition},
		{new(spaces0form.Form), &spaces0form.FormDefinition},
		{new(ssn.Form), &ssn.FormDefinition},
	}
}

// TestAll compares the list with what there is.
func TestAll(t *testing.T) {
	files, err := filepath.Glob("../gen/forms/*/types_gen.go")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok {
				if _, isForm := spec.Type.(*ast.StructType); isForm {
					want = append(want, f.Name.Name+"."+spec.Name.Name)
				}
			}
			return true
		})
	}
	var got []string
	for _, g := range all() {
		got = append(got, g.name())
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
