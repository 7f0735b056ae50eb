package emit

import (
	"bytes"
	"strings"
)

// groupImports puts a blank line between the standard library's imports and the others, which jennifer writes as one sorted block.
func groupImports(src []byte) []byte {
	head, rest, ok := bytes.Cut(src, []byte("import (\n"))
	if !ok {
		return src
	}
	block, tail, ok := bytes.Cut(rest, []byte(")\n"))
	if !ok {
		return src
	}
	var std, other []string
	for line := range strings.Lines(string(block)) {
		_, quoted, _ := strings.Cut(line, `"`)
		if first, _, _ := strings.Cut(quoted, "/"); strings.Contains(first, ".") {
			other = append(other, line)
		} else {
			std = append(std, line)
		}
	}
	if len(std) > 0 && len(other) > 0 {
		std = append(std, "\n")
	}
	block = []byte(strings.Join(append(std, other...), ""))
	return bytes.Join([][]byte{head, []byte("import (\n"), block, []byte(")\n"), tail}, nil)
}
