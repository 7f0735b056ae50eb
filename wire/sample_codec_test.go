package wire_test

import (
	"encoding/xml"

	"github.com/stanzakit/stanzakit/wire"
)

func (*Query) ElementName() xml.Name       { return xml.Name{Space: NS, Local: "query"} }
func (*Item) ElementName() xml.Name        { return xml.Name{Space: NS, Local: "item"} }
func (*Thread) ElementName() xml.Name      { return xml.Name{Space: NS, Local: "thread"} }
func (*Strict) ElementName() xml.Name      { return xml.Name{Space: NS, Local: "strict"} }
func (*Forwarded) ElementName() xml.Name   { return xml.Name{Space: NSFwd, Local: "forwarded"} }
func (*Delay) ElementName() xml.Name       { return xml.Name{Space: NSFwd, Local: "delay"} }
func (*Form) ElementName() xml.Name        { return xml.Name{Space: NSForm, Local: "form"} }
func (*Label) ElementName() xml.Name       { return xml.Name{Space: NSForm, Local: "label"} }
func (*Field) ElementName() xml.Name       { return xml.Name{Space: NSForm, Local: "field"} }
func (*HTML) ElementName() xml.Name        { return xml.Name{Space: NSHTML, Local: "body"} }
func (*Message) ElementName() xml.Name     { return xml.Name{Space: nsC, Local: "message"} }
func (*Body) ElementName() xml.Name        { return xml.Name{Space: nsC, Local: "body"} }
func (*StanzaError) ElementName() xml.Name { return xml.Name{Space: nsC, Local: "error"} }

// ElementNames makes Message stand for two names, as sk:also does.
func (*Message) ElementNames() []xml.Name {
	return []xml.Name{{Space: nsC, Local: "message"}, {Space: "urn:example:also", Local: "message"}}
}

func (x *Message) StanzaHead() wire.StanzaHead {
	return wire.StanzaHead{ID: x.ID, From: x.From, To: x.To, Type: x.Type}
}

func (x Query) MarshalXML(e *xml.Encoder, _ xml.StartElement) error   { return wire.MarshalXML(e, &x) }
func (x Strict) MarshalXML(e *xml.Encoder, _ xml.StartElement) error  { return wire.MarshalXML(e, &x) }
func (x Message) MarshalXML(e *xml.Encoder, _ xml.StartElement) error { return wire.MarshalXML(e, &x) }
func (x HTML) MarshalXML(e *xml.Encoder, _ xml.StartElement) error    { return wire.MarshalXML(e, &x) }
func (x Point) MarshalXML(e *xml.Encoder, s xml.StartElement) error {
	return wire.MarshalXMLAs(e, s.Name, &x)
}

func (x *Query) UnmarshalXML(d *xml.Decoder, s xml.StartElement) error {
	return wire.UnmarshalXML(d, s, x)
}
func (x *Strict) UnmarshalXML(d *xml.Decoder, s xml.StartElement) error {
	return wire.UnmarshalXML(d, s, x)
}
func (x *Message) UnmarshalXML(d *xml.Decoder, s xml.StartElement) error {
	return wire.UnmarshalXML(d, s, x)
}
func (x *HTML) UnmarshalXML(d *xml.Decoder, s xml.StartElement) error {
	return wire.UnmarshalXML(d, s, x)
}
func (x *Point) UnmarshalXML(d *xml.Decoder, s xml.StartElement) error {
	return wire.UnmarshalXMLAs(d, s, x)
}

func (x *Query) DecodeXML(d *wire.Decoder, s wire.Start) {
	var seen wire.Seen
	for _, a := range d.Attrs(&x.Extra) {
		switch a.Key {
		case "from":
			x.From = d.JID(a)
		case "type":
			x.Type = wire.Enum[QueryType](d, a)
		case "ver":
			x.Ver = new(d.StringOrEmpty(a))
		case "max":
			x.Max = new(d.Uint32(a))
		case "count":
			seen.First(0)
			x.Count = d.Uint32(a)
		case "tags":
			x.Tags = d.Strings(a)
		case "hash":
			x.Hash = d.Bytes(a)
		case "xml:lang":
			x.Lang = d.String(a)
		default:
			d.KeepAttr(a)
		}
	}
	for c := range d.Children() {
		switch c.In(NS) {
		case "item":
			wire.List(d, c, &x.Item)
		case "thread":
			wire.Optional(d, c, &x.Thread)
		case "point":
			wire.Optional(d, c, &x.Point)
		case "group":
			wire.ScalarList(d, c, &x.Group, (*wire.Decoder).String)
		case "level":
			wire.ScalarList(d, c, &x.Level, (*wire.Decoder).Int16)
		case "show":
			wire.ScalarValue(d, c, &x.Show, wire.Enum[Show])
		case "owner":
			wire.ScalarValue(d, c, &x.Owner, (*wire.Decoder).JID)
		case "prio":
			wire.Scalar(d, c, &x.Prio, (*wire.Decoder).Int8)
		case "stamp":
			wire.Scalar(d, c, &x.Stamp, (*wire.Decoder).Time)
		case "data":
			wire.ScalarBytes(d, c, &x.Data)
		case "size":
			if seen.First(1) {
				x.Size = wire.ScalarRequired(d, c, (*wire.Decoder).Uint64)
			} else {
				d.Repeat(c)
			}
		case "flip-page":
			wire.Flag(d, c, &x.FlipPage)
		case "bad-request", "conflict":
			wire.Condition(d, c, &x.Condition, &x.ConditionText)
		default:
			d.AnyOther(c, NS, &x.Any)
		}
	}
	seen.RequireAttr(d, 0, "", "count")
	seen.RequireChild(d, 1, NS, "size")
}

func (x *Query) EncodeXML(e *wire.Encoder) {
	e.Start(NS, "query", x.Extra)
	e.AttrJID("from", x.From)
	e.AttrString("type", string(x.Type))
	if x.Ver != nil {
		e.AttrStringOrEmpty("ver", *x.Ver)
	}
	if x.Max != nil {
		e.AttrUint("max", uint64(*x.Max))
	}
	e.AttrUint("count", uint64(x.Count))
	e.AttrStrings("tags", x.Tags)
	e.AttrBytes("hash", x.Hash)
	e.AttrLang(x.Lang)
	for i := range x.Item {
		x.Item[i].EncodeXML(e)
	}
	if x.Thread != nil {
		x.Thread.EncodeXML(e)
	}
	if x.Point != nil {
		x.Point.EncodeXMLAs(e, NS, "point")
	}
	for _, v := range x.Group {
		e.ChildString(NS, "group", v)
	}
	for _, v := range x.Level {
		e.ChildInt(NS, "level", int64(v))
	}
	if x.Show != "" {
		e.ChildString(NS, "show", string(x.Show))
	}
	if !x.Owner.IsZero() {
		e.ChildString(NS, "owner", x.Owner.String())
	}
	if x.Prio != nil {
		e.ChildInt(NS, "prio", int64(*x.Prio))
	}
	if x.Stamp != nil {
		e.ChildTime(NS, "stamp", *x.Stamp)
	}
	if x.Data != nil {
		e.ChildBytes(NS, "data", x.Data)
	}
	e.ChildUint(NS, "size", x.Size)
	if x.FlipPage {
		e.ChildEmpty(NS, "flip-page")
	}
	if x.Condition != "" {
		e.ChildString(NS, string(x.Condition), x.ConditionText)
	}
	e.Elements(x.Any)
	e.End()
}

func (x *Item) DecodeXML(d *wire.Decoder, s wire.Start) {
	for _, a := range d.Attrs(&x.Extra) {
		switch a.Key {
		case "jid":
			x.JID = d.JID(a)
		case "asked":
			x.Asked = new(d.Bool(a))
		default:
			d.KeepAttr(a)
		}
	}
	for c := range d.Children() {
		switch c.In(NS) {
		case "group":
			wire.ScalarList(d, c, &x.Group, (*wire.Decoder).String)
		case "item":
			wire.List(d, c, &x.Item)
		default:
			d.Unknown(c)
		}
	}
}

func (x *Item) EncodeXML(e *wire.Encoder) {
	e.Start(NS, "item", x.Extra)
	e.AttrJID("jid", x.JID)
	if x.Asked != nil {
		e.AttrBool("asked", *x.Asked)
	}
	for _, v := range x.Group {
		e.ChildString(NS, "group", v)
	}
	for i := range x.Item {
		x.Item[i].EncodeXML(e)
	}
	e.End()
}

func (x *Thread) DecodeXML(d *wire.Decoder, s wire.Start) {
	for _, a := range d.Attrs(&x.Extra) {
		switch a.Key {
		case "parent":
			x.Parent = d.String(a)
		default:
			d.KeepAttr(a)
		}
	}
	x.Text = d.String(d.Text())
}

func (x *Thread) EncodeXML(e *wire.Encoder) {
	e.Start(NS, "thread", x.Extra)
	e.AttrString("parent", x.Parent)
	e.Text(x.Text)
	e.End()
}

func (x *Point) DecodeXML(d *wire.Decoder, s wire.Start) {
	var seen wire.Seen
	for _, a := range d.Attrs(&x.Extra) {
		switch a.Key {
		case "x":
			seen.First(0)
			x.X = d.Int64(a)
		default:
			x.AnyAttr = append(x.AnyAttr, d.Attr(a))
		}
	}
	x.Value = d.Float64(d.Text())
	seen.RequireAttr(d, 0, "", "x")
}

func (x *Point) EncodeXMLAs(e *wire.Encoder, space, local string) {
	e.Start(space, local, x.Extra)
	e.AttrInt("x", x.X)
	e.Attrs(x.AnyAttr)
	e.TextFloat(x.Value)
	e.End()
}

func (x *Strict) DecodeXML(d *wire.Decoder, s wire.Start) {
	var seen wire.Seen
	for _, a := range d.Attrs(&x.Extra) {
		switch a.Key {
		case "on":
			seen.First(0)
			x.On = d.Bool(a)
		case "at":
			seen.First(1)
			x.At = d.Time(a)
		default:
			d.KeepAttr(a)
		}
	}
	for c := range d.Children() {
		switch c.In(NS) {
		case "ready":
			if seen.First(3) {
				x.Ready = wire.ScalarRequired(d, c, (*wire.Decoder).Bool)
			} else {
				d.Repeat(c)
			}
		default:
			switch {
			case c.Is(NSFwd, "forwarded"):
				if seen.First(2) {
					x.Fwd.DecodeXML(d, c)
				} else {
					d.Repeat(c)
				}
			default:
				d.Unknown(c)
			}
		}
	}
	seen.RequireAttr(d, 0, "", "on")
	seen.RequireAttr(d, 1, "", "at")
	seen.RequireChild(d, 2, NSFwd, "forwarded")
	seen.RequireChild(d, 3, NS, "ready")
}

func (x *Strict) EncodeXML(e *wire.Encoder) {
	e.Start(NS, "strict", x.Extra)
	e.AttrBool("on", x.On)
	e.AttrTime("at", x.At)
	x.Fwd.EncodeXML(e)
	e.ChildBool(NS, "ready", x.Ready)
	e.End()
}

func (x *Forwarded) DecodeXML(d *wire.Decoder, s wire.Start) {
	var seen wire.Seen
	for _, a := range d.Attrs(&x.Extra) {
		d.KeepAttr(a)
	}
	for c := range d.Children() {
		switch c.In(NSFwd) {
		case "delay":
			if seen.First(0) {
				x.Delay.DecodeXML(d, c)
			} else {
				d.Repeat(c)
			}
		default:
			d.AnyOther(c, NSFwd, &x.Any)
		}
	}
	seen.RequireChild(d, 0, NSFwd, "delay")
}

func (x *Forwarded) EncodeXML(e *wire.Encoder) {
	e.Start(NSFwd, "forwarded", x.Extra)
	x.Delay.EncodeXML(e)
	e.Elements(x.Any)
	e.End()
}

func (x *Delay) DecodeXML(d *wire.Decoder, s wire.Start) {
	var seen wire.Seen
	for _, a := range d.Attrs(&x.Extra) {
		switch a.Key {
		case "seconds":
			seen.First(0)
			x.Seconds = d.Int32(a)
		default:
			d.KeepAttr(a)
		}
	}
	for c := range d.Children() {
		switch c.In(NSFwd) {
		case "final":
			wire.Flag(d, c, &x.Final)
		default:
			d.Unknown(c)
		}
	}
	seen.RequireAttr(d, 0, "", "seconds")
}

func (x *Delay) EncodeXML(e *wire.Encoder) {
	e.Start(NSFwd, "delay", x.Extra)
	e.AttrInt("seconds", int64(x.Seconds))
	if x.Final {
		e.ChildEmpty(NSFwd, "final")
	}
	e.End()
}

func (x *Form) DecodeXML(d *wire.Decoder, s wire.Start) {
	for _, a := range d.Attrs(&x.Extra) {
		d.KeepAttr(a)
	}
	for c := range d.Children() {
		switch c.In(NSForm) {
		case "label":
			wire.Ordered[Label](d, c, &x.Choice)
		case "field":
			wire.Ordered[Field](d, c, &x.Choice)
		default:
			d.Unknown(c)
		}
	}
}

func (x *Form) EncodeXML(e *wire.Encoder) {
	e.Start(NSForm, "form", x.Extra)
	e.Elements(x.Choice)
	e.End()
}
