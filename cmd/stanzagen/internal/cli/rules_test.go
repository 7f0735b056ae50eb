package cli

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/load"
)

func TestTell(t *testing.T) {
	const schema = "<a>\n\t<b name=\"size\" type=\"t:size\"/>\n  <c\n    kind='ä' type='x'\r\n/>\n" +
		"<d long=\"" + "abcdefghijklmnopqrstuvwxyz abcdefghijklmnopqrstuvwxyz abcdefghijklmnopqrstuvwxyz abcdefghijklmnopqrstuvwxyz" + "\" end=\"\x1b[31m\"/>\n"
	tests := []struct {
		name  string
		fault load.Error
		want  []string
	}{
		{"tag", load.Error{Pos: ir.Pos{Line: 2, Column: 2}, Msg: "wrong"},
			[]string{"my/a.xsd:2:2: wrong", "\t<b name=\"size\" type=\"t:size\"/>", "\t^"}},
		{"value, not the name", load.Error{Pos: ir.Pos{Line: 2, Column: 2}, Msg: "wrong", Near: "size"},
			[]string{"my/a.xsd:2:25: wrong", "\t<b name=\"size\" type=\"t:size\"/>", "\t                       ^"}},
		{"attribute of another line", load.Error{Pos: ir.Pos{Line: 3, Column: 3}, Msg: "wrong", Near: "type=", Hint: "do better"},
			[]string{"my/a.xsd:4:15: wrong", "\tkind='ä' type='x'", "\t         ^", "\tdo better"}},
		{"word that is not there", load.Error{Pos: ir.Pos{Line: 3, Column: 3}, Msg: "wrong", Near: "nowhere"},
			[]string{"my/a.xsd:3:3: wrong", "\t<c", "\t^"}},
		{"long line", load.Error{Pos: ir.Pos{Line: 6, Column: 1}, Msg: "wrong", Near: "end="},
			[]string{"my/a.xsd:6:119: wrong", "\twxyz abcdefghijklmnopqrstuvwxyz abcdefghijklmnopqrstuvwxyz\" end=\" [31m\"/>", "\t" + strings.Repeat(" ", 60) + "^"}},
		{"no line", load.Error{Pos: ir.Pos{}, Msg: "wrong"}, []string{"my/a.xsd: wrong"}},
		{"line too far", load.Error{Pos: ir.Pos{Line: 99, Column: 1}, Msg: "wrong", Near: "x"}, []string{"my/a.xsd:99:1: wrong"}},
		{"column too far", load.Error{Pos: ir.Pos{Line: 1, Column: 99}, Msg: "wrong", Near: "x"}, []string{"my/a.xsd:1:99: wrong", "\t<a>", "\t   ^"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			tell := &teller{con: Console{Err: &out}, src: load.Source{FS: fstest.MapFS{"a.xsd": {Data: []byte(schema)}}, Dir: "my"}}
			tt.fault.Pos.File = "my/a.xsd"
			tell.tell("", &tt.fault)
			got := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
