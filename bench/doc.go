// Package bench compares this project with encoding/xml and with the other XMPP libraries for Go, with Slixmpp and with expat, on the same bytes. It is a module of its own,
// so that the libraries it pins are nobody's dependencies. `make bench` in the project's root runs cmd/report and writes RESULT.md, the record; times are not gated. What is
// gated, because it does not wobble, are allocations (allocs.txt, by a test) and instructions (instr.txt, by instr.sh).
package bench
