package cli

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/emit"
	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/ir"
	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/load"
	"github.com/stanzakit/stanzakit/cmd/stanzagen/internal/names"
)

// GenerateConfig is what generate was asked for.
type GenerateConfig struct {
	Schemas string // directory of schemas
	Out     string // directory for the packages
	Module  string // import path of Out; empty: out of the nearest go.mod
	Strict  *bool  // refuse what published schemas are known to do wrong; nil: if the directory has an index
	Check   bool   // write nothing, tell what would change
}

// Generate writes the Go packages for a directory of schemas. Faults of the schemas are findings, and then nothing is written; what is read over is told
// as warnings.
func Generate(con Console, cfg GenerateConfig) error {
	mod, err := findModule(cfg.Out)
	if err != nil && cfg.Module == "" {
		return fmt.Errorf("%w; or say --module", err)
	}
	if cfg.Module == "" {
		cfg.Module = mod.importPath
	}
	files, err := con.generate(cfg, mod)
	if err != nil {
		return err
	}
	formFiles, err := dataForms(cfg, mod.within(cfg.Schemas))
	if err != nil {
		dir := filepath.Join(cfg.Schemas, formsDir)
		return (&teller{con: con, src: load.Source{FS: os.DirFS(dir), Dir: filepath.ToSlash(dir)}}).faults(err)
	}
	if shared, err := emit.Shared(cfg.Out); err != nil {
		return err
	} else if shared {
		delete(files, emit.RegistryFile)
	}
	if cfg.Check {
		return con.check(cfg.Out, files, formFiles)
	}
	if err := emit.Write(cfg.Out, files); err != nil || formFiles == nil {
		return err
	}
	return emit.Write(filepath.Join(cfg.Out, formsDir), formFiles)
}

// generate makes the files.
func (c Console) generate(cfg GenerateConfig, mod *module) (map[string][]byte, error) {
	own, indexed, err := ownSource(cfg)
	teller := &teller{con: c, src: own}
	if err != nil {
		return nil, teller.faults(err)
	}
	extern, err := project()
	if err != nil {
		return nil, err
	}
	rules := &rules{teller: teller, strict: indexed}
	if cfg.Strict != nil {
		rules.strict = *cfg.Strict
	}
	todo := load.Config{Own: own, Extern: []load.Source{extern}, Lenient: !rules.strict, Warn: rules.warn}
	set, err := load.Load(todo)
	if err != nil {
		rules.learn(todo)
		return nil, teller.faults(err)
	}
	if err := rules.compiles(own); err != nil {
		return nil, teller.faults(err)
	}
	relocate(set, own.Dir, mod.within(cfg.Schemas))
	names.Assign(set)
	files, err := emit.Files(set, emit.Config{Module: cfg.Module})
	if err != nil {
		return nil, teller.faults(err)
	}
	return files, nil
}

// check tells what is not as it would be generated.
func (c Console) check(out string, files, formFiles map[string][]byte) error {
	lines := emit.Check(out, files)
	if formFiles != nil {
		lines = append(lines, prefixed(emit.Check(filepath.Join(out, formsDir), formFiles))...)
	}
	for _, line := range lines {
		fmt.Fprintln(c.Out, path.Join(filepath.ToSlash(out), line))
	}
	if len(lines) > 0 {
		return ErrFindings
	}
	return nil
}

// relocate names the schema files in generated code as they lie in the module, so that the code is the same wherever the command was started.
func relocate(set *ir.Set, dir, within string) {
	for _, p := range set.Packages {
		if p.Extern {
			continue
		}
		files := strings.Split(p.File, ", ")
		for i, f := range files {
			files[i] = path.Join(within, strings.TrimPrefix(f, dir+"/"))
		}
		p.File = strings.Join(files, ", ")
	}
}
