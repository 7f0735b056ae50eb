package bench_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestSize: a program pays for the namespaces it uses and for no others.
func TestSize(t *testing.T) {
	const most = 512 << 10
	dir := t.TempDir()
	size := func(program string) int64 {
		out := filepath.Join(dir, program)
		if b, err := exec.Command("go", "build", "-o", out, "./size/"+program).CombinedOutput(); err != nil {
			t.Fatalf("go build: %v\n%s", err, b)
		}
		info, err := os.Stat(out)
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	none, three := size("none"), size("three")
	t.Logf("no namespace: %d bytes; three: %d more", none, three-none)
	if three-none > most {
		t.Errorf("three namespaces add %d bytes to %d: more than %d", three-none, none, most)
	}
}
