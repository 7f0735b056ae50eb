package cli

import (
	"os"
	"path/filepath"
	"testing"
)

func TestModulePath(t *testing.T) {
	tests := []struct {
		name, goMod, want string
		ok                bool
	}{
		{"plain", "module example.com/bot\n\ngo 1.26\n", "example.com/bot", true},
		{"comments", "// module example.com/no\nmodule\texample.com/bot // the bot\n", "example.com/bot", true},
		{"quoted", "\n  module \"example.com/bot\"\r\n", "example.com/bot", true},
		{"none", "go 1.26\nrequire example.com/module v1.0.0\n", "", false},
		{"empty", "module\n", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := modulePath(tt.goMod)
			if got != tt.want || ok != tt.ok {
				t.Errorf("want %q, %v, got %q, %v", tt.want, tt.ok, got, ok)
			}
		})
	}
}

func TestFindModule(t *testing.T) {
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "go.mod"), []byte("module example.com/bot\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, dir, schemas, wantPath, wantWithin string }{
		{"root", ".", "my", "example.com/bot", "my"},
		{"below, not there yet", "a/b", "a", "example.com/bot/a/b", "a"},
		{"schemas at the root", "gen", ".", "example.com/bot/gen", "."},
		{"schemas elsewhere", "gen", "../my", "example.com/bot/gen", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			mod, err := findModule(filepath.Join(root, tt.dir))
			if err != nil {
				t.Fatal(err)
			}
			if mod.importPath != tt.wantPath {
				t.Errorf("import path: want %s, got %s", tt.wantPath, mod.importPath)
			}
			if got := mod.within(filepath.Join(root, tt.schemas)); got != tt.wantWithin {
				t.Errorf("schemas: want %q, got %q", tt.wantWithin, got)
			}
		})
	}
}

func TestEmitDocument(t *testing.T) {
	t.Chdir(t.TempDir())
	tests := []struct{ name, file, want string }{
		{"relative", "a/b.xml", "a/b.xml"},
		{"absolute", "/a/b.xml", "a/b.xml"},
		{"above", "../../a/../b.xml", "b.xml"},
		{"untidy", "./a//./b.xml", "a/b.xml"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := emitDocument(tt.name, tt.file, []byte("x")); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(filepath.Join(tt.name, tt.want)); err != nil {
				t.Error(err)
			}
		})
	}
}
