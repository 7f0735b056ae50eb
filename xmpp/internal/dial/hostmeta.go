package dial

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// relWebSocket is the link relation of a domain's WebSockets (XEP-0156, section 2.2).
const relWebSocket = "urn:xmpp:alt-connections:websocket"

const (
	maxHostMeta   = 64 << 10 // bytes of a host-meta file
	maxWebSockets = 4        // that are tried
)

// ErrNoWebSocket says that a domain's host-meta names no WebSocket that may be used.
var ErrNoWebSocket = errors.New("dial: the host-meta names no wss:// URL")

// hostMeta asks the domain for its WebSockets (XEP-0156). Only over HTTPS, with a certificate of the domain: the file says where passwords go. The
// DNS TXT records that older versions had are not looked at (CVE-2022-24968). The error is a failures.
func (d *Dialer) hostMeta(ctx context.Context, name string) ([]Target, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, d.timeout(), fmt.Errorf("no answer within %v: %w", d.timeout(), context.DeadlineExceeded))
	defer cancel()
	client := d.httpClient()
	defer client.CloseIdleConnections()
	var failed failures
	for _, form := range []struct {
		path string
		read func([]byte) ([]link, error)
	}{
		{"/.well-known/host-meta.json", readJRD},
		{"/.well-known/host-meta", readXRD}, // which every domain must have that has any
	} {
		half, cancel := share(ctx, 2-len(failed), time.Second)
		from := "https://" + Target{Host: name}.hostname() + form.path
		ts, err := webSockets(half, client, from, form.read)
		cancel()
		if err == nil {
			return ts, nil
		}
		failed = append(failed, Attempt{Target: Target{Host: name, Port: 443, URL: from}, Stage: StageHostMeta, Err: err})
	}
	return nil, failed
}

// link is one of a host-meta file.
type link struct {
	Rel  string `json:"rel" xml:"rel,attr"`
	Href string `json:"href" xml:"href,attr"`
}

// readJRD reads the JSON form (RFC 6415, appendix A).
func readJRD(b []byte) ([]link, error) {
	var file struct {
		Links []link `json:"links"`
	}
	err := json.Unmarshal(b, &file)
	return file.Links, err
}

// readXRD reads the XML form (RFC 6415, section 3).
func readXRD(b []byte) ([]link, error) {
	var file struct {
		XMLName struct{} `xml:"http://docs.oasis-open.org/ns/xri/xrd-1.0 XRD"`
		Links   []link   `xml:"http://docs.oasis-open.org/ns/xri/xrd-1.0 Link"`
	}
	err := xml.Unmarshal(b, &file)
	return file.Links, err
}

// webSockets reads one form of the file.
func webSockets(ctx context.Context, client *http.Client, from string, read func([]byte) ([]link, error)) ([]Target, error) {
	body, err := get(ctx, client, from)
	if err != nil {
		return nil, cause(ctx, err)
	}
	links, err := read(body)
	if err != nil {
		return nil, err
	}
	refused := ErrNoWebSocket
	var ts []Target
	for _, l := range links {
		if l.Rel != relWebSocket || len(ts) == maxWebSockets {
			continue
		}
		t, err := webSocket(l.Href, false)
		if err != nil {
			refused = fmt.Errorf("%w: %w", ErrNoWebSocket, err)
			continue
		}
		ts = append(ts, t)
	}
	if len(ts) == 0 {
		return nil, refused
	}
	return ts, nil
}

// get reads a small file.
func get(ctx context.Context, client *http.Client, from string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, from, nil)
	if err != nil {
		return nil, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("dial: HTTP status %s", resp.Status)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxHostMeta+1))
	if err == nil && len(body) > maxHostMeta {
		err = fmt.Errorf("dial: more than %d bytes", maxHostMeta)
	}
	return body, err
}
