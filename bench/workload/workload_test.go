package workload_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"io"
	"testing"

	"github.com/stanzakit/stanzakit/bench/workload"
)

func TestSame(t *testing.T) { // a record is worth nothing if the stream changes
	const want = "ff87bfae73dbf38aae446edf65d6461b9a3a169a171aba2b5c937736c1ee67c4"
	s := workload.New(20_000)
	sum := sha256.Sum256(s.Bytes)
	if got := hex.EncodeToString(sum[:]); got != want {
		t.Errorf("%v: another stream than before: %s", s, got)
	}
}

func TestSizes(t *testing.T) {
	want := map[workload.Kind]int{ // bytes of a stanza on average, as in the table that the targets come from
		workload.Chat: 493, workload.Presence: 398, workload.MUC: 334, workload.SM: 31, workload.MAM: 658, workload.Ping: 160, workload.Roster: 269,
		workload.Disco: 1240, workload.Form: 1577, workload.Long: 4893,
	}
	for _, k := range workload.Kinds() {
		s := workload.New(1000, k)
		if got := s.Size() / s.Len(); got < want[k]*92/100 || got > want[k]*108/100 {
			t.Errorf("%v: %d bytes, want %d or so", k, got, want[k])
		}
	}
	all := workload.New(10_000)
	if got := all.Size() / all.Len(); got < 575 || got > 605 {
		t.Errorf("%v, want 590 or so", all)
	}
}

func TestReader(t *testing.T) {
	s := workload.New(300)
	d := xml.NewDecoder(s.Reader())
	depth, stanzas := 0, 0
	for {
		tok, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch tok.(type) {
		case xml.StartElement:
			if depth++; depth == 2 {
				stanzas++
			}
		case xml.EndElement:
			depth--
		}
	}
	if stanzas != s.Len() {
		t.Errorf("%d stanzas, want %d", stanzas, s.Len())
	}
	var joined []byte
	for i := range s.Len() {
		joined = append(joined, s.Stanza(i)...)
	}
	if want := workload.Header + string(joined) + workload.Footer; want != string(s.Bytes) {
		t.Error("the stanzas are not the stream")
	}
}
