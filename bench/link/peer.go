package link

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"math/big"
	"net"
	"regexp"
	"strings"
	"time"

	"github.com/xdg-go/scram"
)

// NOTE. The peers are as dumb as can be, so that they cost little: they look for end tags in the bytes and answer with what has to come next.

// Names that both sides use.
const (
	component = "echo.localhost"
	account   = "juliet@localhost"
	secret    = "sunrise"
)

// until reads up to and including one of the ends.
func until(r *bufio.Reader, ends ...string) (string, error) {
	var b strings.Builder
	for {
		part, err := r.ReadString('>')
		b.WriteString(part)
		if err != nil {
			return b.String(), err
		}
		for _, end := range ends {
			if strings.HasSuffix(part, end) {
				return b.String(), nil
			}
		}
	}
}

// opening reads a stream's header: the tag of the stream, and no declaration.
func opening(r *bufio.Reader) error {
	for {
		tag, err := until(r, ">")
		if err != nil || !strings.HasSuffix(tag, "?>") {
			return err
		}
	}
}

func header(content, id string) string {
	return fmt.Sprintf("<?xml version='1.0'?><stream:stream xmlns='%s' xmlns:stream='http://etherx.jabber.org/streams' from='localhost' id='%s' version='1.0'>", content, id)
}

// acceptComponent shakes hands with a component (XEP-0114), whatever its digest.
func acceptComponent(conn net.Conn) error {
	r := bufio.NewReader(conn)
	if err := opening(r); err != nil {
		return err
	}
	if _, err := fmt.Fprint(conn, header("jabber:component:accept", "3BF96D32")); err != nil {
		return err
	}
	if _, err := until(r, "</handshake>"); err != nil {
		return err
	}
	_, err := fmt.Fprint(conn, "<handshake/>")
	return err
}

// acceptClient logs a client in (RFC 6120) with SCRAM, without TLS, binds a resource, and answers its requests with empty results until it goes.
func acceptClient(conn net.Conn, auth *scram.Server) error {
	r := bufio.NewReader(conn)
	const offer = "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1</mechanism></mechanisms></stream:features>"
	if err := answer(r, conn, offer); err != nil {
		return err
	}
	conv := auth.NewConversation()
	for !conv.Done() {
		msg, err := until(r, "</auth>", "</response>")
		if err != nil {
			return err
		}
		step, err := base64.StdEncoding.DecodeString(content(msg))
		if err != nil {
			return err
		}
		reply, err := conv.Step(string(step))
		if err != nil {
			return err
		}
		name := "challenge"
		if conv.Done() {
			name = "success"
		}
		if _, err := fmt.Fprintf(conn, "<%s xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>%s</%[1]s>", name, base64.StdEncoding.EncodeToString([]byte(reply))); err != nil {
			return err
		}
	}
	if err := answer(r, conn, "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>"); err != nil {
		return err
	}
	return answerRequests(r, conn)
}

// answer answers a header with a header and features.
func answer(r *bufio.Reader, conn net.Conn, features string) error {
	if err := opening(r); err != nil {
		return err
	}
	_, err := fmt.Fprint(conn, header("jabber:client", "e3a7")+features)
	return err
}

// content returns the text of an element that holds nothing else.
func content(el string) string {
	el = el[strings.Index(el, ">")+1:]
	return el[:max(strings.Index(el, "<"), 0)]
}

func answerRequests(r *bufio.Reader, conn net.Conn) error {
	id := regexp.MustCompile(`<iq[^>]* id=['"]([^'"]*)['"]`)
	for {
		msg, err := until(r, "</iq>")
		if err != nil {
			return err
		}
		m := id.FindStringSubmatch(msg)
		if m == nil {
			return fmt.Errorf("link: no request: %s", msg)
		}
		payload := "<query xmlns='jabber:iq:roster'/>"
		if strings.Contains(msg, "xmpp-bind") {
			payload = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>" + account + "/desk</jid></bind>"
		}
		if _, err := fmt.Fprintf(conn, "<iq type='result' id='%s'>%s</iq>", m[1], payload); err != nil {
			return err
		}
	}
}

// scramServer knows one account.
func scramServer() (*scram.Server, error) {
	client, err := scram.SHA1.NewClient("juliet", secret, "")
	if err != nil {
		return nil, err
	}
	stored, err := client.GetStoredCredentialsWithError(scram.KeyFactors{Salt: "QSXCR+Q6sek8bf92", Iters: 4096})
	if err != nil {
		return nil, err
	}
	return scram.SHA1.NewServer(func(string) (scram.StoredCredentials, error) { return stored, nil })
}

// selfSigned returns a configuration for a server that nobody needs to trust.
func selfSigned() (*tls.Config, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	cert := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"}, NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, cert, cert, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS13}, nil
}
