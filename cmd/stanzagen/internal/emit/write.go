package emit

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// Write brings dir up to date: it writes the files that differ and removes generated ones that are not among files, and their directories if nothing
// else is left in them. New content is written beside its place first, so that an error leaves every file as it was or as it should be.
func Write(dir string, files map[string][]byte) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("emit: %w", err)
	}
	staged, err := stage(dir, files)
	if err == nil {
		err = publish(dir, staged)
	}
	for _, temp := range staged {
		err = errors.Join(err, ignoreMissing(os.Remove(temp)))
	}
	if err == nil {
		err = removeStale(dir, files)
	}
	if err != nil {
		return fmt.Errorf("emit: %w", err)
	}
	return nil
}

// stage writes what differs to temporary files in dir, and returns them by the name they shall have.
func stage(dir string, files map[string][]byte) (map[string]string, error) {
	staged := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		old, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err == nil && bytes.Equal(old, files[name]) {
			continue
		}
		f, err := os.CreateTemp(dir, ".stanzagen-*")
		if err != nil {
			return staged, err
		}
		staged[name] = f.Name()
		_, err = f.Write(files[name])
		if err = errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
			return staged, err
		}
	}
	return staged, nil
}

// publish moves the staged files to their places.
func publish(dir string, staged map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(staged)) {
		if err := os.MkdirAll(filepath.Join(dir, filepath.FromSlash(path.Dir(name))), 0o755); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(staged)) {
		if err := os.Rename(staged[name], filepath.Join(dir, filepath.FromSlash(name))); err != nil {
			return err
		}
	}
	return nil
}

func removeStale(dir string, files map[string][]byte) error {
	names, err := stale(dir, files)
	for _, name := range names {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err = errors.Join(err, ignoreMissing(os.Remove(file))); err != nil {
			return err
		}
		if rest, readErr := os.ReadDir(filepath.Dir(file)); readErr == nil && len(rest) == 0 {
			err = errors.Join(err, os.Remove(filepath.Dir(file)))
		}
	}
	return err
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Check lists what Write would do to dir, a line for each file. It is empty if dir is up to date.
func Check(dir string, files map[string][]byte) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(files)) {
		old, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			out = append(out, name+": missing")
		case err != nil:
			out = append(out, name+": "+err.Error())
		case !bytes.Equal(old, files[name]):
			out = append(out, name+": differs")
		}
	}
	names, err := stale(dir, files)
	for _, name := range names {
		out = append(out, name+": no longer generated")
	}
	if err != nil {
		out = append(out, err.Error())
	}
	return out
}

// Shared reports whether dir holds Go code that stanzagen has not written: a package of somebody else's, in which [RegistryFile] has no place.
func Shared(dir string) (bool, error) {
	names, err := fs.Glob(os.DirFS(dir), "*.go")
	for _, name := range names {
		if ours, err := generated(dir, name); !ours || err != nil {
			return true, err
		}
	}
	return false, err
}

// generated reports whether stanzagen has written the file.
func generated(dir, name string) (bool, error) {
	data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	return bytes.HasPrefix(data, []byte(generatedBy)), err
}

// stale lists the generated files in dir that are not among files, those of packages below included. A registry below is another run's, and a file
// that does not say that stanzagen wrote it is not ours.
func stale(dir string, files map[string][]byte) ([]string, error) {
	var out []string
	for _, pattern := range []string{RegistryFile, "*/" + codecFile, "*/" + typesFile} {
		names, err := fs.Glob(os.DirFS(dir), pattern)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if _, ok := files[name]; ok {
				continue
			}
			ours, err := generated(dir, name)
			if err != nil {
				return nil, err
			}
			if ours {
				out = append(out, name)
			}
		}
	}
	return out, nil
}
