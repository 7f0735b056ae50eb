package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// module is the Go module that a directory lies in.
type module struct {
	name       string // its path
	root       string // its directory
	importPath string // of the directory that was asked for
}

// findModule looks for go.mod in dir and above it. dir need not be there yet.
func findModule(dir string) (*module, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	for root := abs; ; root = filepath.Dir(root) {
		data, err := os.ReadFile(filepath.Join(root, "go.mod"))
		if err == nil {
			return newModule(root, abs, data)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if root == filepath.Dir(root) {
			return nil, fmt.Errorf("no go.mod in %s or above, so that it has no import path", dir)
		}
	}
}

func newModule(root, dir string, goMod []byte) (*module, error) {
	name, ok := modulePath(string(goMod))
	if !ok {
		return nil, fmt.Errorf("%s names no module", filepath.Join(root, "go.mod"))
	}
	rel, err := filepath.Rel(root, dir)
	if err != nil {
		return nil, err
	}
	return &module{name, root, path.Join(name, filepath.ToSlash(rel))}, nil
}

// modulePath reads the module line of a go.mod.
func modulePath(goMod string) (string, bool) {
	for line := range strings.Lines(goMod) {
		line, _, _ = strings.Cut(line, "//")
		word, rest, _ := strings.Cut(strings.TrimSpace(strings.ReplaceAll(line, "\t", " ")), " ")
		if word != "module" {
			continue
		}
		name := strings.TrimSpace(rest)
		if unquoted, err := strconv.Unquote(name); err == nil {
			name = unquoted
		}
		return name, name != ""
	}
	return "", false
}

// within is where a directory lies in the module, or nothing if it lies elsewhere.
func (m *module) within(dir string) string {
	if m == nil {
		return ""
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	rel, err := filepath.Rel(m.root, abs)
	if err != nil || !filepath.IsLocal(rel) {
		return ""
	}
	return filepath.ToSlash(rel)
}
