package wire_test

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
)

// TestEncodeAllocations: into a buffer that is used again, nothing is allocated, whatever the values.
func TestEncodeAllocations(t *testing.T) {
	at := time.Date(2024, 2, 29, 12, 30, 0, 5e8, time.UTC)
	owner := jid.MustParse("juliet@example.com/balcony")
	all := inA(func(e *wire.Encoder) {
		e.AttrJID("jid", owner)
		e.AttrInt("int", -123456)
		e.AttrUint("uint", 123456)
		e.AttrFloat("float", 1.5)
		e.AttrBool("bool", true)
		e.AttrTime("time", at)
		e.AttrLang("de")
		e.AttrString("string", "it's <b> & \n é")
		e.ChildInt("urn:a", "int", -123456)
		e.ChildTime("urn:a", "time", at)
		e.ChildBytes("urn:b", "bytes", []byte("hello"))
		e.ChildString("urn:a", "a-name-of-many-letters", "words & more words\nжук 日本")
		e.TextUint(123456)
	})
	e := wire.NewStreamEncoder(nsC)
	buf := make([]byte, 0, 4096)
	encode := func() {
		e.Reset(buf)
		if err := e.Encode(all); err != nil {
			t.Fatal(err)
		}
	}
	if n := testing.AllocsPerRun(10, encode); n > 0 {
		t.Errorf("%v allocations for %s", n, e.Bytes())
	}
}

// TestReuse: what one call leaves behind shows in no other.
func TestReuse(t *testing.T) {
	doc := func(i int) string {
		return query(fmt.Sprintf("count='%d' xmlns:p='urn:%[1]d' p:q='r'", i), "<size>1</size>")
	}
	var outs [][]byte
	var got []*Query
	for i := range 20 {
		x := new(Query)
		if err := xml.Unmarshal([]byte(doc(i)), x); err != nil {
			t.Fatal(err)
		}
		out, err := wire.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		got, outs = append(got, x), append(outs, out)
		for _, bad := range []string{"count='x'", "><a><b>", "a:b:c=''", strings.Repeat("x='' ", 20) + strings.Repeat("xmlns:a='urn:b c' ", 20)} {
			if err := xml.Unmarshal([]byte(query(bad, "")), new(Query)); err == nil {
				t.Errorf("%s: no error", bad)
			}
		}
		if out, err := wire.Marshal(&Query{Thread: &Thread{Text: "\x00"}}); err == nil || out != nil {
			t.Errorf("control character: %s, %v", out, err)
		}
	}
	for i, out := range outs {
		want := new(Query)
		if err := wire.UnmarshalInto([]byte(doc(i)), nil, want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got[i], sameElements); diff != "" {
			t.Errorf("%d (-want +got):\n%s", i, diff)
		}
		if diff := judge(t, doc(i), string(out)); diff != nil {
			t.Errorf("%s: %q", out, diff)
		}
	}
}

// TestBridgeLoose: encoding/xml takes attributes twice and in any number; the codec takes the first, and only as many as its limits let pass.
func TestBridgeLoose(t *testing.T) {
	x := new(Query)
	if err := xml.Unmarshal([]byte(query("count='1' count='2' a='b' a='c'", "<size>1</size>")), x); err != nil {
		t.Fatal(err)
	}
	want := &Query{Count: 1, Size: 1, Extra: &wire.Extra{Attrs: []wire.Attr{attr("", "a", "b")}}}
	if diff := cmp.Diff(want, x, sameElements); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var many strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&many, " a%d=''", i)
	}
	if err := xml.Unmarshal([]byte(query(many.String(), "")), new(Query)); err == nil || !strings.Contains(err.Error(), "attributes") {
		t.Errorf("100000 attributes: %v", err)
	}
	for _, colon := range []string{"<a:b:c xmlns:a='urn:a'/>", "<b:/>", "<:b/>"} {
		if err := xml.Unmarshal([]byte(query("count='1'", colon)), new(Query)); err == nil {
			t.Errorf("%s: no error", colon)
		}
	}
}
