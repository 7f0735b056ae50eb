module github.com/stanzakit/stanzakit/bench

go 1.26.2

require (
	github.com/stanzakit/stanzakit v0.0.0
	github.com/xdg-go/scram v1.4.0
	github.com/xmppo/go-xmpp v0.2.10
	gosrc.io/xmpp v0.5.1
	mellium.im/xmlstream v0.15.4
	mellium.im/xmpp v0.22.0
)

require (
	github.com/coder/websocket v1.8.15 // indirect
	github.com/xdg-go/stringprep v1.0.4 // indirect
)

require (
	github.com/google/go-cmp v0.7.0
	github.com/google/uuid v1.1.1 // indirect
	golang.org/x/crypto v0.50.0 // indirect
	golang.org/x/mod v0.35.0 // indirect
	golang.org/x/net v0.53.0 // indirect
	golang.org/x/sync v0.20.0 // indirect
	golang.org/x/text v0.37.0 // indirect
	golang.org/x/tools v0.44.0 // indirect
	golang.org/x/xerrors v0.0.0-20190717185122-a985d3407aa7 // indirect
	mellium.im/reader v0.1.0 // indirect
	mellium.im/sasl v0.3.2 // indirect
	nhooyr.io/websocket v1.6.5 // indirect
)

replace github.com/stanzakit/stanzakit => ../
