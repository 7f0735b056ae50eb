package disco

import (
	"context"
	"slices"
	"sync"

	"github.com/stanzakit/stanzakit/gen/caps"
	"github.com/stanzakit/stanzakit/gen/discoinfo"
	"github.com/stanzakit/stanzakit/gen/discoitems"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/xdata"
	"github.com/stanzakit/stanzakit/jid"
)

// Entity is what an address says of itself. The zero value is of identity client/bot and supports service discovery. Its methods may be called by
// any goroutine, at any time.
type Entity struct {
	mu         sync.Mutex // guards what follows
	fallback   discoinfo.Identity
	identities []discoinfo.Identity
	features   []string
	forms      []xdata.Form
	items      []discoitems.Item
	nodes      map[string]Node
	current    *snapshot   // nil if something above has changed since it was made
	announced  []*snapshot // what presence has told of us, the newest last
}

// snapshot is an entity's info as it is or was. It is never changed.
type snapshot struct {
	ver  string
	info *discoinfo.Query
}

// maxAnnounced bounds how many versions of our own info are kept for who was told of an older one.
const maxAnnounced = 8

// Node answers for one node of an entity (XEP-0030, sections 3.2 and 4.2). The functions are called like handlers of [xmpp.HandleIQ]; the node of the reply is filled in. A nil
// Info says nothing but that the node exists; a nil Items, that it is empty. A reply nil without an error is item-not-found.
type Node struct {
	Info  func(context.Context, *stanza.IQ, *discoinfo.Query) (*discoinfo.Query, error)
	Items func(context.Context, *stanza.IQ, *discoitems.Query) (*discoitems.Query, error)
}

// AddFeature says that the entity supports features.
func (e *Entity) AddFeature(features ...string) {
	e.change(func() {
		e.features = append(e.features, features...)
		slices.Sort(e.features)
		e.features = slices.Compact(e.features)
	})
}

// RemoveFeature says that the entity does not support the features any more.
func (e *Entity) RemoveFeature(features ...string) {
	e.change(func() {
		e.features = slices.DeleteFunc(e.features, func(f string) bool { return slices.Contains(features, f) })
	})
}

// AddIdentity says what the entity is. An identity of the same category, type and language is replaced: there may be only one (XEP-0030, section 3.1).
func (e *Entity) AddIdentity(id discoinfo.Identity) {
	e.change(func() {
		e.identities = append(slices.DeleteFunc(e.identities, func(o discoinfo.Identity) bool {
			return o.Category == id.Category && o.Type == id.Type && o.Lang == id.Lang
		}), id)
	})
}

// AddForm adds a form to the entity's info (XEP-0128). A form of the same FORM_TYPE is replaced.
func (e *Entity) AddForm(f xdata.Form) {
	e.change(func() {
		t, _ := typeOf(&f)
		e.forms = append(slices.DeleteFunc(e.forms, func(o xdata.Form) bool {
			old, _ := typeOf(&o)
			return t != "" && old == t
		}), f)
	})
}

// AddItem says that something belongs to the entity. An item of the same JID and node is replaced.
func (e *Entity) AddItem(item discoitems.Item) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.items = append(without(e.items, item.JID, item.Node), item)
}

// RemoveItem takes an item away.
func (e *Entity) RemoveItem(j jid.JID, node string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.items = without(e.items, j, node)
}

// without returns a copy of the items that lacks one; replies under way keep the old list.
func without(items []discoitems.Item, j jid.JID, node string) []discoitems.Item {
	return slices.DeleteFunc(slices.Clone(items), func(o discoitems.Item) bool { return o.JID == j && o.Node == node })
}

// Handle makes n answer for a node; the zero Node takes the node away again. For the empty node, the entity itself, the functions of n that are not nil answer in place
// of what was added; the capabilities that presence tells of stay.
func (e *Entity) Handle(node string, n Node) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if n.Info == nil && n.Items == nil {
		delete(e.nodes, node)
		return
	}
	if e.nodes == nil {
		e.nodes = make(map[string]Node)
	}
	e.nodes[node] = n
}

// change makes a change to what info says. f runs under the lock.
func (e *Entity) change(f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.current = nil
	f()
}

// snapshot returns the entity's info with its verification string.
func (e *Entity) snapshot() *snapshot {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.now()
}

// now is snapshot for callers that hold the lock.
func (e *Entity) now() *snapshot {
	if e.current != nil {
		return e.current
	}
	info := &discoinfo.Query{Identity: slices.Clone(e.identities), Form: slices.Clone(e.forms)}
	if len(info.Identity) == 0 {
		id := e.fallback
		if id.Category == "" {
			id = discoinfo.Identity{Category: "client", Type: "bot"}
		}
		info.Identity = append(info.Identity, id)
	}
	all := append([]string{caps.NS, discoinfo.NS, discoitems.NS}, e.features...)
	slices.Sort(all)
	for _, f := range slices.Compact(all) {
		info.Feature = append(info.Feature, discoinfo.Feature{Var: f})
	}
	ver, err := Ver(info, sha1Name)
	if err != nil { // a form with two values of FORM_TYPE: it is told to who asks, but nothing is announced
		ver = ""
	}
	e.current = &snapshot{ver, info}
	return e.current
}

// announce returns the verification string for presence, empty if there is none, and keeps what it stands for.
func (e *Entity) announce() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.now()
	if now.ver == "" {
		return ""
	}
	e.announced = slices.DeleteFunc(e.announced, func(s *snapshot) bool { return s.ver == now.ver })
	e.announced = append(e.announced, now)
	if extra := len(e.announced) - maxAnnounced; extra > 0 {
		e.announced = slices.Delete(e.announced, 0, extra)
	}
	return now.ver
}

// version returns the info that has the verification string, nil if the entity has none of it.
func (e *Entity) version(ver string) *discoinfo.Query {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, s := range append(slices.Clone(e.announced), e.now()) {
		if s.ver == ver {
			return s.info
		}
	}
	return nil
}

// node returns what answers for a node.
func (e *Entity) node(name string) (Node, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	n, ok := e.nodes[name]
	return n, ok
}

// list returns the items added.
func (e *Entity) list() []discoitems.Item {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.items)
}
