package wire

import (
	"encoding/xml"
	"fmt"
	"maps"
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
	mu    sync.Mutex // serialises writers; readers load the snapshot
	names atomic.Pointer[map[xml.Name]*info]
	last  NameID // guarded by mu
}

// info is what the registry knows of a name. It does not change once published: a name that a handler's pattern interned before its type was
// added gets another info with the same id.
type info struct {
	name xml.Name
	id   NameID
	new  func() Element
}

// NewRegistry returns an empty registry.
func NewRegistry() *Registry {
	r := new(Registry)
	r.names.Store(&map[xml.Name]*info{})
	return r
}

// Add adds types. A name that already has another type is [ErrConflict], and then nothing is added; the same type again is no error.
func (r *Registry) Add(types ...Type) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	m := maps.Clone(*r.names.Load())
	last := r.last
	for _, t := range types {
		old := m[t.Name]
		if old != nil && old.new != nil {
			if was, is := reflect.TypeOf(old.new()), reflect.TypeOf(t.New()); was != is {
				return fmt.Errorf("%w: {%s}%s is %v, not %v", ErrConflict, t.Name.Space, t.Name.Local, was, is)
			}
			continue
		}
		in := &info{name: t.Name, new: t.New}
		if old != nil {
			in.id = old.id
		} else {
			last++
			in.id = last
		}
		m[t.Name] = in
	}
	r.last = last
	r.names.Store(&m)
	return nil
}

// Intern returns the number of a name and gives it one if it has none.
func (r *Registry) Intern(name xml.Name) NameID {
	if in := r.lookup(name); in != nil {
		return in.id
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	old := *r.names.Load()
	if in := old[name]; in != nil {
		return in.id
	}
	m := maps.Clone(old)
	r.last++
	m[name] = &info{name: name, id: r.last}
	r.names.Store(&m)
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
	for n, in := range *r.names.Load() {
		if in.new != nil {
			out = append(out, n)
		}
	}
	return out
}

// lookup returns what the registry knows of name, nil if nothing.
func (r *Registry) lookup(name xml.Name) *info {
	if r == nil {
		return nil
	}
	return (*r.names.Load())[name]
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
