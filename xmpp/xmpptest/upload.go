package xmpptest

import (
	"crypto/rand"
	"crypto/subtle"
	"io"
	"log"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/stanzakit/stanzakit/gen/discoinfo"
	"github.com/stanzakit/stanzakit/gen/discoitems"
	"github.com/stanzakit/stanzakit/gen/httpupload0"
	"github.com/stanzakit/stanzakit/gen/stanza"
	"github.com/stanzakit/stanzakit/gen/stanzaerrors"
	"github.com/stanzakit/stanzakit/gen/xdata"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/wire"
	"github.com/stanzakit/stanzakit/xmpp/xmpptest/internal/kit"
)

const (
	maxFile  = 10 << 20  // bytes of one file
	maxFiles = 100       // that wait for their bytes or have them
	maxBytes = 100 << 20 // of all files
)

// files are what was uploaded, or may be.
type files struct {
	mu    sync.Mutex // guards what follows
	slots map[string]*file
	total uint64
}

// file is one of them.
type file struct {
	name, kind, token string
	size              uint64
	data              []byte // nil until it is there
}

// uploads is the service at upload.<domain> (XEP-0363): slots, their limits and refusals; the files are at the server's own HTTP server.
type uploads struct{ addr jid.JID }

func (u *uploads) handle(t *turn, el wire.Element) {
	iq, ok := el.(*stanza.IQ)
	switch {
	case !ok:
		t.unavailableService(el)
	case iq.Type == stanza.IQResult || iq.Type == stanza.IQError:
	case len(iq.Any) != 1 || iq.To != u.addr:
		t.unavailableService(iq)
	case t.discovery(iq, uploadInfo, func() *discoitems.Query { return &discoitems.Query{} }):
	default:
		u.request(t, iq)
	}
}

func uploadInfo() *discoinfo.Query {
	form := xdata.Form{Type: xdata.FormResult, Field: []xdata.Field{
		{Var: "FORM_TYPE", Type: xdata.FieldHidden, Value: []string{httpupload0.NS}},
		{Var: "max-file-size", Value: []string{strconv.Itoa(maxFile)}},
	}}
	return &discoinfo.Query{
		Identity: []discoinfo.Identity{{Category: "store", Type: "file", Name: "HTTP File Upload"}},
		Feature:  []discoinfo.Feature{{Var: discoinfo.NS}, {Var: discoitems.NS}, {Var: httpupload0.NS}}, Form: []xdata.Form{form},
	}
}

// request hands out a slot (XEP-0363, sections 4 and 5). Only the server's own users get one.
func (u *uploads) request(t *turn, iq *stanza.IQ) {
	req, ok := iq.Any[0].(*httpupload0.Request)
	switch {
	case !ok || iq.Type != stanza.IQGet:
		t.unavailableService(iq)
	case t.accountOf(iq.From) == nil:
		t.refuseWith(iq, kit.Refuse(stanza.ErrorCancel, stanzaerrors.ConditionNotAllowed))
	case req.Size > maxFile:
		t.refuseWith(iq, kit.Refuse(stanza.ErrorModify, stanzaerrors.ConditionNotAcceptable, &httpupload0.FileTooLarge{MaxFileSize: new(uint64(maxFile))}))
	case req.Filename == "" || req.Size == 0 || strings.ContainsAny(req.Filename, "/\\\x00") || !utf8.ValidString(req.Filename):
		t.refuseWith(iq, kit.BadRequest())
	default:
		f := &file{name: req.Filename, kind: req.ContentType, token: rand.Text(), size: req.Size}
		slot, ok := t.files.add(f)
		if !ok { // section 5
			t.refuseWith(iq, kit.Refuse(stanza.ErrorWait, stanzaerrors.ConditionResourceConstraint))
			return
		}
		at := "https://" + t.host + "/upload/" + slot + "/" + url.PathEscape(f.name)
		t.result(iq, &httpupload0.Slot{
			Put: httpupload0.Put{URL: at, Header: []httpupload0.Header{{Name: "Authorization", Text: "Bearer " + f.token}}},
			Get: httpupload0.Get{URL: at},
		})
	}
}

func (fs *files) add(f *file) (slot string, ok bool) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if len(fs.slots) >= maxFiles || fs.total+f.size > maxBytes {
		return "", false
	}
	slot = rand.Text()
	fs.slots[slot] = f
	fs.total += f.size
	return slot, true
}

// find returns the file of a request.
func (fs *files) find(r *http.Request) *file {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if f := fs.slots[r.PathValue("slot")]; f != nil && f.name == r.PathValue("name") {
		return f
	}
	return nil
}

// put takes a file: the one that the slot is for, once (XEP-0363, section 6).
func (fs *files) put(w http.ResponseWriter, r *http.Request) {
	f := fs.find(r)
	if f == nil || subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte("Bearer "+f.token)) != 1 {
		http.Error(w, "no such slot", http.StatusForbidden)
		return
	}
	if r.ContentLength < 0 || uint64(r.ContentLength) != f.size || f.kind != "" && r.Header.Get("Content-Type") != f.kind {
		http.Error(w, "not the file that the slot is for", http.StatusBadRequest)
		return
	}
	data, err := io.ReadAll(io.LimitReader(r.Body, maxFile))
	if err != nil || uint64(len(data)) != f.size {
		http.Error(w, "not all of the file", http.StatusBadRequest)
		return
	}
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if f.data != nil {
		http.Error(w, "there already", http.StatusConflict)
		return
	}
	f.data = data
	w.WriteHeader(http.StatusCreated)
}

// get hands a file out to whoever knows where it is.
func (fs *files) get(w http.ResponseWriter, r *http.Request) {
	f := fs.find(r)
	if f == nil {
		http.NotFound(w, r)
		return
	}
	fs.mu.Lock()
	data, kind := f.data, f.kind
	fs.mu.Unlock()
	if data == nil {
		http.NotFound(w, r)
		return
	}
	if kind == "" {
		kind = "application/octet-stream"
	}
	h := w.Header()
	h.Set("Content-Type", kind) // and nothing that a browser would run (section 9.2)
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(data)
}

// silent is the log of a server whose clients are tests, and whose handshakes are meant to fail.
func silent() *log.Logger { return log.New(io.Discard, "", 0) }
