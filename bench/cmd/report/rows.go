package main

import (
	"fmt"
	"slices"

	"github.com/stanzakit/stanzakit/bench/cases"
	"github.com/stanzakit/stanzakit/bench/link"
	"github.com/stanzakit/stanzakit/bench/workload"
)

// row is a line of the table: a number made of one or two cases, and the targets that it has.
type row struct {
	what        string
	ours, other string // cases
	metric      string
	scale       scale
	limits      bool    // must and aim are given
	must, aim   float64 // the bar, and where the project wants to be
	plot        string  // what the bar of this row is called in the plot, "" for none
}

// scale says what the number of a row is.
type scale int

const (
	times scale = iota // the other's over ours; more is better
	part               // ours over the other's; less is better
	value              // ours itself; less is better
)

// need gives a row its targets.
func (r *row) need(must, aim float64) *row {
	r.limits, r.must, r.aim = true, must, aim
	return r
}

// bar gives a row a bar in the plot.
func (r *row) bar(name string) *row {
	r.plot = name
	return r
}

// faster is a row that says how many times faster ours is.
func faster(what, ours, other string) *row {
	return &row{what: what, ours: ours, other: other, metric: ns, scale: times}
}

// costs is a row that says what ours costs; other, which may be "", is there for comparison.
func costs(what, metric, ours, other string) *row {
	return &row{what: what, ours: ours, other: other, metric: metric, scale: value}
}

// rows are the lines of the table.
func rows() []*row {
	return slices.Concat(reading(), writing(), sorting(), links())
}

func reading() []*row {
	const tokens, decode, small = "tokens/stanzakit", "decode/stanzakit", "decode:1000/stanzakit"
	all := []*row{
		faster("tokens: encoding/xml Token", tokens, "tokens/xml.Token").need(7, 10),
		faster("tokens: encoding/xml RawToken", tokens, "tokens/xml.RawToken"),
		faster("tokens: expat SAX with namespaces, in C", "tokens:1000/stanzakit", "tokens:1000/expat").need(2, 3.5).bar("expat in C, nothing built, against our tokens"),
		faster("decode: encoding/xml Decode, tagged structs", decode, "decode/xml.Decode").need(8, 11).bar("encoding/xml, tagged structs"),
		faster("decode: xml.Unmarshal of each stanza", decode, "decode/xml.Unmarshal"),
		faster("decode: mellium, typed", decode, "decode/mellium").need(12, 18).bar("mellium, typed"),
		faster("decode: mellium Serve, nothing decoded", decode, "decode/mellium.Serve"),
		faster("decode: gosrc NextPacket, no archive", "decode:noMAM/stanzakit", "decode:noMAM/gosrc").bar("gosrc"),
		faster("decode: xmppo Recv", decode, "decode/xmppo").bar("xmppo"),
		faster("decode: Slixmpp, no plugins", small, "decode:1000/slixmpp.none"),
		faster("decode: Slixmpp, 15 plugins", small, "decode:1000/slixmpp.plugins"),
		faster("decode: Slixmpp, 15 plugins, fields read", small, "decode:1000/slixmpp.fields").need(80, 130).bar("Slixmpp, 15 plugins, fields read"),
		faster("decode without types (wire.Raw): encoding/xml Decode", "decode/stanzakit.Raw", "decode/xml.Decode"),
		{what: "decode, in times of our tokens", ours: decode, other: tokens, metric: ns, scale: part, limits: true, must: 2, aim: 1.6},
		costs("tokens: allocations", allocs, tokens, "tokens/xml.Token").need(0, 0),
		costs("decode: allocations; encoding/xml", allocs, decode, "decode/xml.Decode").need(7, 4),
		costs("decode: bytes allocated; encoding/xml", size, decode, "decode/xml.Decode").need(1200, 750),
	}
	for _, k := range workload.Kinds() {
		all = append(all, faster(fmt.Sprintf("decode %v: encoding/xml Decode", k), fmt.Sprintf("decode:%v/stanzakit", k), fmt.Sprintf("decode:%v/xml.Decode", k)))
	}
	for _, k := range workload.Kinds() {
		r := costs(fmt.Sprintf("decode %v: allocations", k), allocs, fmt.Sprintf("decode:%v/stanzakit", k), fmt.Sprintf("decode:%v/xml.Decode", k))
		switch k {
		case workload.Chat:
			r.need(6, 3)
		case workload.Ping:
			r.need(2, 1)
		case workload.Disco:
			r.need(14, 9)
		case workload.Form:
			r.need(30, 20)
		}
		all = append(all, r)
	}
	return all
}

func writing() []*row {
	const encode = "encode/stanzakit"
	all := []*row{
		faster("encode: xml.Encoder", encode, "encode/xml.Encoder").need(8, 12).bar("encoding/xml Encoder"),
		faster("encode: xml.Marshal", encode, "encode/xml.Marshal").need(14, 22).bar("encoding/xml Marshal"),
		faster("encode: mellium's token readers", encode, "encode/mellium").bar("mellium"),
		faster("encode: gosrc, no archive", "encode:noMAM/stanzakit", "encode:noMAM/gosrc").bar("gosrc"),
		costs("encode: allocations; xml.Encoder", allocs, encode, "encode/xml.Encoder").need(0, 0),
		faster("xml.Marshal of generated types: of tagged structs", "marshal/stanzakit", "marshal/tags").need(1, 1.2),
		faster("xml.Unmarshal of generated types: of tagged structs", "unmarshal/stanzakit", "unmarshal/tags").need(1, 1.3),
	}
	for _, k := range workload.Kinds() {
		all = append(all, faster(fmt.Sprintf("encode %v: xml.Encoder", k), fmt.Sprintf("encode:%v/stanzakit", k), fmt.Sprintf("encode:%v/xml.Encoder", k)))
	}
	return all
}

// sorting is what happens between reading and the user: dispatch, events, addresses.
func sorting() []*row {
	var all []*row
	for _, n := range cases.Sizes() {
		all = append(all, costs(fmt.Sprintf("dispatch, %d handlers, %[1]d requests under way", n), ns, fmt.Sprintf("dispatch:%d/stanzakit", n), "").need(60, 20))
	}
	for _, n := range cases.Sizes() {
		all = append(all, costs(fmt.Sprintf("dispatch of a reply, same %d", n), ns, fmt.Sprintf("reply:%d/stanzakit", n), "").need(60, 20))
	}
	for _, n := range cases.Sizes() {
		ours := fmt.Sprintf("dispatch:%d/stanzakit", n)
		all = append(all,
			faster(fmt.Sprintf("dispatch, %d handlers: mellium's mux", n), ours, fmt.Sprintf("dispatch:%d/mellium", n)).bar(fmt.Sprintf("mellium's mux, %d handlers", n)),
			faster(fmt.Sprintf("dispatch, %d handlers: gosrc's router", n), ours, fmt.Sprintf("dispatch:%d/gosrc", n)).bar(fmt.Sprintf("gosrc's router, %d handlers", n)),
		)
	}
	const event, ascii, precis = "event:3/stanzakit", "jid:ascii/stanzakit", "jid:precis/stanzakit"
	return append(all,
		costs("dispatch: allocations", allocs, "dispatch:10/stanzakit", "").need(0, 0),
		costs("event into the queues of 3 subscribers", ns, event, "").need(50, 16),
		costs("event: allocations", allocs, event, "").need(0, 0),
		costs("JID, ASCII; mellium", ns, ascii, "jid:ascii/mellium").need(100, 60),
		costs("JID, ASCII: allocations; mellium", allocs, ascii, "jid:ascii/mellium").need(1, 0),
		faster("JID, ASCII: mellium", ascii, "jid:ascii/mellium").bar("mellium, addresses in ASCII"),
		faster("JID, not normal or not ASCII: mellium", precis, "jid:precis/mellium").bar("mellium, other addresses"),
	)
}

func links() []*row {
	const us, kb = 1000, 1000
	ours, floor := "echo/stanzakit", "echo/"+link.TCP
	return []*row{
		costs("echo component, 64 in flight: CPU; TCP", ns, ours, floor).need(4*us, 2*us),
		costs("echo component: p50; TCP", p50, ours, floor),
		costs("echo component: p99; TCP", p99, ours, floor),
		{what: "echo component: p99, in times of that with a write for each", ours: ours, other: "echo/" + link.Single, metric: p99, scale: part, limits: true, must: 1, aim: 1},
		faster("echo component, CPU: with a write for each", ours, "echo/"+link.Single),
		faster("echo component, CPU: gosrc", ours, "echo/gosrc").bar("gosrc, echo component"),
		faster("echo component, CPU: mellium", ours, "echo/mellium").bar("mellium, echo component"),
		costs("idle component link: heap and stack; a bare connection", held, "idle/"+link.Component, "idle/"+link.Plain).need(14*kb, 8*kb),
		costs("idle component link in TLS", held, "idle/"+link.ComponentT, "").need(23*kb, 17*kb),
		costs("idle bound client, empty roster", held, "idle/"+link.Client, "").need(20*kb, 12*kb),
	}
}
