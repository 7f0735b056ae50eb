package wire

import (
	"encoding/xml"
	"fmt"
	"maps"
	"math/bits"
	"reflect"
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
	mu    sync.Mutex
	known map[xml.Name]*info // guarded by mu; not changed while it is shared
	share bool               // known is a clone's too; guarded by mu
	added []*info            // what snap lacks; guarded by mu
	last  NameID             // guarded by mu
	stale atomic.Bool        // something has been added
	snap  atomic.Pointer[types]
}

// info is what the registry knows of a name. It does not change once published: a name that a handler's pattern interned before its type was
// added gets another info with the same id.
type info struct {
	name xml.Name
	id   NameID
	new  func() Element
	make func() Element // for a decoder: with room
}

// types is a state of the registry. It does not change.
type types struct {
	spaces map[string]*space
	quick  []*space // some of them, by slot
}

// space is what a state of the registry knows of one namespace.
type space struct {
	uri      string
	names    map[string]*info
	quick    []*info // some of them, by slot
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

// space returns what is known of a namespace, nil if nothing.
func (t *types) space(uri string) *space {
	if len(t.quick) == 0 {
		return nil
	}
	if s := t.quick[slot(uri)&(len(t.quick)-1)]; s != nil && s.uri == uri {
		return s
	}
	return t.spaces[uri]
}

// name returns what is known of a local name, nil if nothing.
func (s *space) name(local string) *info {
	if len(s.quick) == 0 {
		return nil
	}
	if in := s.quick[slot(local)&(len(s.quick)-1)]; in != nil && in.name.Local == local {
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

// slots returns the number of slots for n names: a power of two, so that most names have one of their own but for those of a large set.
func slots(n int) int {
	const least, most = 4, 256
	return min(max(1<<bits.Len(uint(2*n)), least), most)
}

// with returns the state after something has been added.
func (t *types) with(added []*info) *types {
	fresh := make(map[string]*space)
	for _, in := range added {
		s := fresh[in.name.Space]
		if s == nil {
			s = newSpace(in.name.Space)
			s.names = make(map[string]*info)
			if was := t.spaces[s.uri]; was != nil {
				maps.Copy(s.names, was.names)
			}
			fresh[s.uri] = s
		}
		s.names[in.name.Local] = in
	}
	now := &types{spaces: make(map[string]*space, len(t.spaces)+len(fresh))}
	maps.Copy(now.spaces, t.spaces)
	for uri, s := range fresh {
		s.quick = make([]*info, slots(len(s.names)))
		for local, in := range s.names {
			if at := &s.quick[slot(local)&(len(s.quick)-1)]; *at == nil || (*at).id > in.id { // the older one, not what a map's order makes of it
				*at = in
			}
		}
		now.spaces[uri] = s
	}
	now.quick = make([]*space, slots(len(now.spaces)))
	for uri, s := range now.spaces {
		if at := &now.quick[slot(uri)&(len(now.quick)-1)]; *at == nil || (*at).uri > uri {
			*at = s
		}
	}
	return now
}

// NewRegistry returns an empty registry.
func NewRegistry() *Registry {
	r := &Registry{known: make(map[xml.Name]*info)}
	r.snap.Store(&types{})
	return r
}

// Clone returns a registry that knows what r knows, by the same numbers. They share their tables until something is added to one of them, which does not show in the other: thousands
// of registries that begin alike cost little more than one.
func (r *Registry) Clone() *Registry {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.share = true
	c := &Registry{known: r.known, share: true, last: r.last}
	c.snap.Store(r.current())
	return c
}

// types returns the state of the registry.
func (r *Registry) types() *types {
	if !r.stale.Load() {
		return r.snap.Load()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.current()
}

// current makes the tables of what has been added. The caller holds mu.
func (r *Registry) current() *types {
	if len(r.added) > 0 {
		r.snap.Store(r.snap.Load().with(r.added))
		r.added = nil
		r.stale.Store(false)
	}
	return r.snap.Load()
}

// set adds or replaces what is known of a name. The caller holds mu.
func (r *Registry) set(in *info) {
	if in.id == 0 {
		r.last++
		in.id = r.last
	}
	if r.share {
		r.known, r.share = maps.Clone(r.known), false
	}
	r.known[in.name] = in
	r.added = append(r.added, in)
	r.stale.Store(true)
}

// Add adds types. A name that already has another type is [ErrConflict], and then nothing is added; the same type again is no error.
func (r *Registry) Add(types ...Type) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	fresh := make(map[xml.Name]*info, len(types))
	for _, t := range types {
		old := r.known[t.Name]
		if in := fresh[t.Name]; in != nil {
			old = in
		}
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
		}
		fresh[t.Name] = in
	}
	for _, t := range types { // in the caller's order, so that numbers do not depend on a map's
		if in := fresh[t.Name]; in != nil && r.known[t.Name] != in {
			r.set(in)
		}
	}
	return nil
}

// Intern returns the number of a name and gives it one if it has none.
func (r *Registry) Intern(name xml.Name) NameID {
	r.mu.Lock()
	defer r.mu.Unlock()
	in := r.known[name]
	if in == nil {
		in = &info{name: name}
		r.set(in)
	}
	return in.id
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
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []xml.Name
	for name, in := range r.known {
		if in.new != nil {
			out = append(out, name)
		}
	}
	return out
}

// lookup returns what the registry knows of name, nil if nothing.
func (r *Registry) lookup(name xml.Name) *info {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.known[name]
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
