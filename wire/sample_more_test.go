package wire_test

import "github.com/stanzakit/stanzakit/wire"

func (x *Label) DecodeXML(d *wire.Decoder, s wire.Start) {
	for _, a := range d.Attrs(&x.Extra) {
		d.KeepAttr(a)
	}
	x.Text = d.String(d.Text())
}

func (x *Label) EncodeXML(e *wire.Encoder) {
	e.Start(NSForm, "label", x.Extra)
	e.Text(x.Text)
	e.End()
}

func (x *Field) DecodeXML(d *wire.Decoder, s wire.Start) {
	for _, a := range d.Attrs(&x.Extra) {
		switch a.Key {
		case "max":
			x.Max = new(d.Uint8(a))
		default:
			d.KeepAttr(a)
		}
	}
	for c := range d.Children() {
		d.Unknown(c)
	}
}

func (x *Field) EncodeXML(e *wire.Encoder) {
	e.Start(NSForm, "field", x.Extra)
	if x.Max != nil {
		e.AttrUint("max", uint64(*x.Max))
	}
	e.End()
}

func (x *HTML) DecodeXML(d *wire.Decoder, s wire.Start) {
	for _, a := range d.Attrs(&x.Extra) {
		d.KeepAttr(a)
	}
	x.Content = d.Content()
}

func (x *HTML) EncodeXML(e *wire.Encoder) {
	e.Start(NSHTML, "body", x.Extra)
	e.Content(x.Content)
	e.End()
}

func (x *Message) DecodeXML(d *wire.Decoder, s wire.Start) {
	for _, a := range d.Attrs(&x.Extra) {
		switch a.Key {
		case "from":
			x.From = d.JID(a)
		case "id":
			x.ID = d.String(a)
		case "to":
			x.To = d.JID(a)
		case "type":
			x.Type = d.String(a)
		default:
			d.KeepAttr(a)
		}
	}
	for c := range d.Children() {
		switch c.In(nsC) {
		case "body":
			wire.List(d, c, &x.Body)
		case "error":
			wire.Optional(d, c, &x.Err)
		default:
			d.AnyOther(c, nsC, &x.Any)
		}
	}
}

func (x *Message) EncodeXML(e *wire.Encoder) {
	e.Start(nsC, "message", x.Extra)
	e.AttrJID("from", x.From)
	e.AttrString("id", x.ID)
	e.AttrJID("to", x.To)
	e.AttrString("type", x.Type)
	for i := range x.Body {
		x.Body[i].EncodeXML(e)
	}
	if x.Err != nil {
		x.Err.EncodeXML(e)
	}
	e.Elements(x.Any)
	e.End()
}

func (x *Body) DecodeXML(d *wire.Decoder, s wire.Start) {
	for _, a := range d.Attrs(&x.Extra) {
		switch a.Key {
		case "xml:lang":
			x.Lang = d.String(a)
		default:
			d.KeepAttr(a)
		}
	}
	x.Text = d.String(d.Text())
}

func (x *Body) EncodeXML(e *wire.Encoder) {
	e.Start(nsC, "body", x.Extra)
	e.AttrLang(x.Lang)
	e.Text(x.Text)
	e.End()
}

func (x *StanzaError) DecodeXML(d *wire.Decoder, s wire.Start) {
	for _, a := range d.Attrs(&x.Extra) {
		switch a.Key {
		case "type":
			x.Type = d.String(a)
		default:
			d.KeepAttr(a)
		}
	}
	for c := range d.Children() {
		switch c.In(nsC) {
		default:
			switch c.In(NSErr) {
			case "bad-request", "conflict":
				wire.Condition(d, c, &x.Condition, nil)
			default:
				d.AnyOther(c, nsC, &x.Any)
			}
		}
	}
}

func (x *StanzaError) EncodeXML(e *wire.Encoder) {
	e.Start(nsC, "error", x.Extra)
	e.AttrString("type", x.Type)
	if x.Condition != "" {
		e.ChildString(NSErr, string(x.Condition), "")
	}
	e.Elements(x.Any)
	e.End()
}
