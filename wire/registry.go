package wire

import (
	"encoding/xml"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
)

// Type is one row of the map from element names to Go types. Generated packages list theirs in Elements.
type Type struct {
	Name xml.Name
	New  func() Element
}

// NameID is a name's number in a [Registry]: small, never reused, 0 for a name the registry does not know.
type NameID uint32

// Registry maps element names to Go types. It is safe for concurrent use; a decoder sees what was added before it reads the
// element. The zero value is not usable, see [NewRegistry].
type Registry struct {
	mu   sync.Mutex // serialises writers; readers load the snapshot
	snap atomic.Pointer[types]
	last NameID // guarded by mu
}

// types is a state of the registry. It does not change.
type types struct {
	spaces map[string]*space
	quick  [128]*space // some of them, by slot
}

// quickNames is the number of slots for the names of a namespace.
const quickNames = 32

// space is what a state of the registry knows of one namespace.
type space struct {
	uri      string
	names    map[string]*info
	quick    []*info // some of them, by slot: quickNames, or none
	ordinary bool    // may be declared as the default namespace; see checkDeclaration
	aliased  bool    // its stanzas may read as those of jabber:client
}

// What is bound without a declaration; never changed.
var (
	spaceNone = space{ordinary: true}
	spaceXML  = space{uri: nsXML}
)

// newSpace returns a namespace without names.
func newSpace(uri string) *space {
	return &space{
		uri: uri, ordinary: len(uri) <= maxNamespace && checkNamespace([]byte(uri)) == nil && checkDeclaration(nil, []byte(uri)) == nil,
		aliased: uri == nsServer || uri == nsAccept,
	}
}

// lookup returns what is known of a name, nil if nothing.
func (t *types) lookup(name xml.Name) *info {
	if s := t.space(name.Space); s != nil {
		return s.name(name.Local)
	}
	return nil
}

// space returns what is known of a namespace, nil if nothing.
func (t *types) space(uri string) *space {
	if s := t.quick[slot(uri)%len(t.quick)]; s != nil && s.uri == uri {
		return s
	}
	return t.spaces[uri]
}

// name returns what is known of a local name, nil if nothing.
func (s *space) name(local string) *info {
	if len(s.quick) != quickNames {
		return nil
	}
	if in := s.quick[slot(local)%quickNames]; in != nil && in.name.Local == local {
		return in
	}
	return s.names[local]
}

// slot spreads names. Those that share a slot are found in the map.
func slot(s string) int {
	n := len(s)
	if n == 0 {
		return 0
	}
	return n*7 + int(s[0])*3 + int(s[n/2])*5 + int(s[n-1])*11
}

// edit is a state of the registry in the making: namespaces are copied when they are first written to.
type edit struct {
	types
	fresh map[string]bool
}

func (t *types) edit() *edit {
	e := &edit{types: types{spaces: make(map[string]*space, len(t.spaces)+1), quick: t.quick}, fresh: make(map[string]bool)}
	maps.Copy(e.spaces, t.spaces)
	return e
}

func (e *edit) set(in *info) {
	s := e.spaces[in.name.Space]
	switch {
	case s == nil:
		s = newSpace(in.name.Space)
		s.names, s.quick = make(map[string]*info), make([]*info, quickNames)
	case !e.fresh[in.name.Space]:
		s = &space{uri: s.uri, names: maps.Clone(s.names), quick: slices.Clone(s.quick), ordinary: s.ordinary, aliased: s.aliased}
	}
	e.spaces[in.name.Space], e.fresh[in.name.Space] = s, true
	s.names[in.name.Local] = in
	s.quick[slot(in.name.Local)%quickNames] = in
	e.quick[slot(s.uri)%len(e.quick)] = s
}

// info is what the registry knows of a name. It does not change once published: a name that a handler's pattern interned before its type was
// added gets another info with the same id.
type info struct {
	name xml.Name
	id   NameID
	new  func() Element
	make func() Element // for a decoder: with room
}

// NewRegistry returns an empty registry.
func NewRegistry() *Registry {
	r := new(Registry)
	r.snap.Store(&types{})
	return r
}

// Add adds types. A name that already has another type is [ErrConflict], and then nothing is added; the same type again is no error.
func (r *Registry) Add(types ...Type) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.snap.Load().edit()
	last := r.last
	for _, t := range types {
		old := e.lookup(t.Name)
		if old != nil && old.new != nil {
			if was, is := reflect.TypeOf(old.new()), reflect.TypeOf(t.New()); was != is {
				return fmt.Errorf("%w: {%s}%s is %v, not %v", ErrConflict, t.Name.Space, t.Name.Local, was, is)
			}
			continue
		}
		in := &info{name: t.Name, new: t.New, make: t.New}
		if m, ok := t.New().(maker); ok {
			in.make = m.MakeElement
		}
		if old != nil {
			in.id = old.id
		} else {
			last++
			in.id = last
		}
		e.set(in)
	}
	r.last = last
	r.snap.Store(&e.types)
	return nil
}

// Intern returns the number of a name and gives it one if it has none.
func (r *Registry) Intern(name xml.Name) NameID {
	if in := r.lookup(name); in != nil {
		return in.id
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.snap.Load()
	if in := now.lookup(name); in != nil {
		return in.id
	}
	e := now.edit()
	r.last++
	e.set(&info{name: name, id: r.last})
	r.snap.Store(&e.types)
	return r.last
}

// New returns a new, empty element of the type that name has, or nil if it has none.
func (r *Registry) New(name xml.Name) Element {
	if in := r.lookup(name); in != nil && in.new != nil {
		return in.new()
	}
	return nil
}

// All returns the names that have a type, in no order.
func (r *Registry) All() []xml.Name {
	var out []xml.Name
	for _, s := range r.snap.Load().spaces {
		for _, in := range s.names {
			if in.new != nil {
				out = append(out, in.name)
			}
		}
	}
	return out
}

// lookup returns what the registry knows of name, nil if nothing.
func (r *Registry) lookup(name xml.Name) *info {
	if r == nil {
		return nil
	}
	return r.snap.Load().lookup(name)
}

// Register adds T under every name it stands for.
func Register[T any, P Ptr[T]](r *Registry) error {
	names := NamesOf(P(nil))
	types := make([]Type, len(names))
	for i, n := range names {
		types[i] = Type{Name: n, New: func() Element { return P(new(T)) }}
	}
	return r.Add(types...)
}
