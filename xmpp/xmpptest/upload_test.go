package xmpptest_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stanzakit/stanzakit/gen/httpupload0"
	"github.com/stanzakit/stanzakit/jid"
	"github.com/stanzakit/stanzakit/xmpp"
)

// TestUpload puts a file where the slot says, and gets it (XEP-0363, sections 4 and 6).
func TestUpload(t *testing.T) {
	srv := start(t, nil)
	alice := login(t, srv.Config("alice"))
	slot, err := xmpp.Get[httpupload0.Slot](within(t), alice.Session, jid.MustParse("upload.example.org"),
		&httpupload0.Request{Filename: "très cool.jpg", Size: 5, ContentType: "image/jpeg"})
	if err != nil {
		t.Fatal(err)
	}
	client := srv.HTTPClient()
	t.Cleanup(client.CloseIdleConnections)
	do := func(method, body, kind string, authorized bool) (int, string, http.Header) {
		r, err := http.NewRequestWithContext(within(t), method, slot.Put.URL, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", kind)
		if authorized {
			for _, h := range slot.Put.Header {
				r.Header.Set(h.Name, h.Text)
			}
		}
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		got, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(got), resp.Header
	}
	tests := []struct {
		name, method, body, kind string
		authorized               bool
		want                     int
	}{
		{"get before put", http.MethodGet, "", "", false, http.StatusNotFound},
		{"without the header", http.MethodPut, "hello", "image/jpeg", false, http.StatusForbidden},
		{"another size", http.MethodPut, "hello, world", "image/jpeg", true, http.StatusBadRequest},
		{"another type", http.MethodPut, "hello", "text/html", true, http.StatusBadRequest},
		{"the file", http.MethodPut, "hello", "image/jpeg", true, http.StatusCreated},
		{"again", http.MethodPut, "HELLO", "image/jpeg", true, http.StatusConflict},
		{"get", http.MethodGet, "", "", false, http.StatusOK},
	}
	for _, tt := range tests { // in this order
		code, got, header := do(tt.method, tt.body, tt.kind, tt.authorized)
		if code != tt.want {
			t.Errorf("%s: status %d, want %d", tt.name, code, tt.want)
		}
		if code == http.StatusOK && (got != "hello" || header.Get("Content-Type") != "image/jpeg") {
			t.Errorf("%s: %q of type %q", tt.name, got, header.Get("Content-Type"))
		}
	}
	if !strings.HasPrefix(slot.Get.URL, "https://example.org:") {
		t.Errorf("file at %s, want it to be at the domain", slot.Get.URL)
	}
}

func TestHostMeta(t *testing.T) {
	srv := start(t, nil)
	client := srv.HTTPClient()
	t.Cleanup(client.CloseIdleConnections)
	r, err := http.NewRequestWithContext(within(t), http.MethodGet, "https://example.org/.well-known/host-meta.json", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	want := `{"links":[{"rel":"urn:xmpp:alt-connections:websocket","href":"` + srv.WebSocketURL() + `"}]}`
	if err != nil || string(got) != want {
		t.Errorf("host-meta %s, %v; want %s", got, err, want)
	}
}
