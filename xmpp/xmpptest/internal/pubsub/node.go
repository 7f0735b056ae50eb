package pubsub

import (
	"crypto/rand"
	"strconv"

	"github.com/stanzakit/stanzakit/gen/pubsub"
	"github.com/stanzakit/stanzakit/gen/pubsuberrors"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/gen/xdata"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest/internal/kit"
)

// node is a leaf node.
type node struct {
	name   string
	config kit.Config
	items  []item // the oldest first
	roles  map[jid.JID]pubsub.AffiliationType
	subs   map[jid.JID]string // identifiers of subscriptions by address
}

// item is what was published.
type item struct {
	id      string
	payload []wire.Element // at most one
}

// Forms of a node (XEP-0060, section 16.4).
const (
	nodeConfig     = pubsub.NS + "#node_config"
	publishOptions = pubsub.NS + "#publish-options"
)

// Fields of a node's configuration.
const (
	fieldAccess   = "pubsub#access_model"
	fieldPayloads = "pubsub#deliver_payloads"
	fieldMax      = "pubsub#max_items"
	fieldNConfig  = "pubsub#notify_config"
	fieldNDelete  = "pubsub#notify_delete"
	fieldNRetract = "pubsub#notify_retract"
	fieldPersist  = "pubsub#persist_items"
	fieldModel    = "pubsub#publish_model"
	fieldLast     = "pubsub#send_last_published_item"
	fieldTitle    = "pubsub#title"
	fieldType     = "pubsub#type"
)

const (
	maxItems  = 1000  // of one node
	unlimited = "max" // as many as the service keeps
)

func options() kit.Options {
	number := func(v string) bool {
		n, err := strconv.ParseUint(v, 10, 32)
		return v == unlimited || err == nil && n <= maxItems
	}
	return kit.Options{
		{Var: fieldTitle, Type: xdata.FieldTextSingle},
		{Var: fieldType, Type: xdata.FieldTextSingle},
		{Var: fieldAccess, Type: xdata.FieldListSingle, Choices: []string{"open", "presence", "whitelist"}},
		{Var: fieldModel, Type: xdata.FieldListSingle, Choices: []string{"publishers", "subscribers", "open"}},
		{Var: fieldPersist, Type: xdata.FieldBoolean},
		{Var: fieldMax, Type: xdata.FieldTextSingle, Check: number},
		{Var: fieldPayloads, Type: xdata.FieldBoolean},
		{Var: fieldLast, Type: xdata.FieldListSingle, Choices: []string{"never", "on_sub", "on_sub_and_presence"}},
		{Var: fieldNConfig, Type: xdata.FieldBoolean},
		{Var: fieldNDelete, Type: xdata.FieldBoolean},
		{Var: fieldNRetract, Type: xdata.FieldBoolean},
	}
}

// defaults returns the configuration of new nodes: at an account those of XEP-0163, section 3.
func (s *Service) defaults() kit.Config {
	c := kit.Config{
		fieldTitle: "", fieldType: "", fieldAccess: "open", fieldModel: "publishers", fieldPersist: "1", fieldMax: unlimited, fieldPayloads: "1",
		fieldLast: "on_sub", fieldNConfig: "0", fieldNDelete: "1", fieldNRetract: "1",
	}
	if s.pep {
		c[fieldAccess], c[fieldMax], c[fieldLast] = "presence", "1", "on_sub_and_presence"
	}
	return c
}

func (s *Service) form(c kit.Config) *xdata.Form {
	return options().Form(xdata.FormForm, nodeConfig, c)
}

// limit is how many items a node keeps.
func (n *node) limit() int {
	if v, err := strconv.Atoi(n.config[fieldMax]); err == nil {
		return v
	}
	return maxItems
}

// affiliation returns what somebody is to the node.
func (n *node) affiliation(who jid.JID) pubsub.AffiliationType {
	if a := n.roles[who.Bare()]; a != "" {
		return a
	}
	return pubsub.AffiliationNone
}

// create makes a node, with the configuration that may be given with it (XEP-0060, section 8.1).
func (r *request) create(c *pubsub.Create, with *pubsub.Configure) (wire.Element, *stanza.Error) {
	if r.pep && r.from.Bare() != r.addr {
		return nil, kit.Forbidden()
	}
	name := c.Node
	if name == "" { // an instant node (section 8.1.4)
		name = rand.Text()
	}
	if r.nodes[name] != nil {
		return nil, kit.Refuse(stanza.ErrorCancel, stanzaerrors.ConditionConflict)
	}
	config := r.defaults()
	if with != nil {
		var refusal *stanza.Error
		if config, refusal = changed(config, with.Form); refusal != nil {
			return nil, refusal
		}
	}
	if _, refusal := r.make(name, config); refusal != nil {
		return nil, refusal
	}
	if c.Node == "" {
		return &pubsub.Pubsub{Create: &pubsub.Create{Node: name}}, nil
	}
	return nil, nil
}

// make makes a node that the requester owns.
func (r *request) make(name string, config kit.Config) (*node, *stanza.Error) {
	if len(r.nodes) >= maxNodes {
		return nil, kit.Refuse(stanza.ErrorCancel, stanzaerrors.ConditionConflict, &pubsuberrors.MaxNodesExceeded{})
	}
	n := &node{
		name: name, config: config, subs: make(map[jid.JID]string),
		roles: map[jid.JID]pubsub.AffiliationType{r.from.Bare(): pubsub.AffiliationOwner},
	}
	r.nodes[name] = n
	return n, nil
}

// changed returns a configuration with the changes of a form.
func changed(c kit.Config, f *xdata.Form) (kit.Config, *stanza.Error) {
	for _, field := range fields(f) {
		if field.Var == fieldAccess && len(field.Value) > 0 && !contains(fieldAccess, field.Value[0]) { // section 8.1.3
			return nil, kit.Refuse(stanza.ErrorModify, stanzaerrors.ConditionNotAcceptable, &pubsuberrors.UnsupportedAccessModel{})
		}
	}
	out, _, err := options().Apply(c, nodeConfig, f)
	if err != nil { // section 8.2.5
		return nil, kit.Refuse(stanza.ErrorModify, stanzaerrors.ConditionNotAcceptable)
	}
	return out, nil
}

func fields(f *xdata.Form) []xdata.Field {
	if f == nil {
		return nil
	}
	return f.Field
}

// contains reports whether a value is among those that a field can have.
func contains(name, value string) bool {
	for _, o := range options() {
		if o.Var != name {
			continue
		}
		for _, c := range o.Choices {
			if c == value {
				return true
			}
		}
	}
	return false
}
