module github.com/stanzakit/stanzakit

go 1.26.2

require (
	github.com/coder/websocket v1.8.15
	github.com/dave/jennifer v1.7.1
	github.com/gocomply/xsd2go v0.1.9
	github.com/google/go-cmp v0.7.0
	github.com/jacoelho/xsd v0.1.0
	github.com/xdg-go/scram v1.4.0
	github.com/xdg-go/stringprep v1.0.4
	go.uber.org/goleak v1.3.0
	golang.org/x/net v0.53.0
	golang.org/x/text v0.37.0
)

require (
	golang.org/x/sys v0.43.0 // indirect
	golang.org/x/tools v0.44.0 // indirect
)

require (
	github.com/alecthomas/kong v1.17.0
	github.com/iancoleman/strcase v0.3.0 // indirect
	github.com/rogpeppe/go-internal v1.16.0
	pgregory.net/rapid v1.3.0
)
