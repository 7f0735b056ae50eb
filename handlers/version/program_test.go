package version

import (
	"runtime/debug"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestProgram(t *testing.T) {
	type answer struct{ Name, Version string }
	tests := []struct {
		name string
		info *debug.BuildInfo
		want answer
	}{
		{"no build information", nil, answer{"stanzakit", "unknown"}},
		{"empty build information", &debug.BuildInfo{}, answer{"stanzakit", "unknown"}},
		{
			"a release",
			&debug.BuildInfo{Path: "example.com/bot/cmd/echo", Main: debug.Module{Path: "example.com/bot", Version: "v1.2.3"}},
			answer{"echo", "v1.2.3"},
		},
		{
			"a module of version 2",
			&debug.BuildInfo{Path: "example.com/bot/v2", Main: debug.Module{Path: "example.com/bot/v2", Version: "v2.0.1"}},
			answer{"bot", "v2.0.1"},
		},
		{
			"go run on a file",
			&debug.BuildInfo{Path: "command-line-arguments", Main: debug.Module{Path: "example.com/bot", Version: "(devel)"}},
			answer{"bot", "devel"},
		},
		{"a name like a version", &debug.BuildInfo{Path: "example.com/vim"}, answer{"vim", "unknown"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got answer
			got.Name, got.Version = program(test.info)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("program (-want +got):\n%s", diff)
			}
		})
	}
}
