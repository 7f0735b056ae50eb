package xmpp

import (
	"errors"
	"strings"
	"testing"
)

type leaf struct{ setups int }

func (p *leaf) Setup(*Host) error { p.setups++; return nil }

type branch struct{ leaf *leaf }

func (p *branch) Setup(h *Host) (err error) {
	p.leaf, err = Need[leaf](h)
	return err
}

type chicken struct{}

func (*chicken) Setup(h *Host) error { _, err := Need[egg](h); return err }

type egg struct{}

func (*egg) Setup(h *Host) error { _, err := Need[chicken](h); return err }

type broken struct{}

var errBroken = errors.New("no configuration")

func (*broken) Setup(*Host) error { return errBroken }

func TestPluginsAreSetUpOnceAndFound(t *testing.T) {
	listed := &leaf{}
	b := &branch{}
	s, err := newSession(base{plugins: []Plugin{b, listed}}, false)
	if err != nil {
		t.Fatal(err)
	}
	defer s.release()
	if b.leaf != listed {
		t.Errorf("Need returned %p, not the listed plugin %p", b.leaf, listed)
	}
	if listed.setups != 1 {
		t.Errorf("Setup was called %d times", listed.setups)
	}
}

func TestNeedMakesWhatIsNotListed(t *testing.T) {
	b := &branch{}
	s, err := newSession(base{plugins: []Plugin{b}}, false)
	if err != nil {
		t.Fatal(err)
	}
	defer s.release()
	if b.leaf == nil || b.leaf.setups != 1 {
		t.Errorf("Need returned %+v", b.leaf)
	}
}

func TestPluginErrors(t *testing.T) {
	for _, tt := range []struct {
		name    string
		plugins []Plugin
		want    string
	}{
		{"a circle", []Plugin{&chicken{}}, "*xmpp.chicken -> *xmpp.egg -> *xmpp.chicken"},
		{"two of a kind", []Plugin{&leaf{}, &leaf{}}, "two plugins of type *xmpp.leaf"},
		{"a failing one", []Plugin{&broken{}}, "plugin *xmpp.broken: no configuration"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := newSession(base{plugins: tt.plugins}, false)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}
