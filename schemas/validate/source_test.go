package validate_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/stanzakit/stanzakit/schemas/validate"
)

// schema makes a schema of a user's own.
func schema(namespace, body string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte(`<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xmpp="urn:stanzakit:types" xmlns="` + namespace + `"
  targetNamespace="` + namespace + `" elementFormDefault="qualified">
  <xs:import namespace="urn:stanzakit:types"/>
` + body + "\n</xs:schema>\n")}
}

const boat = `<xs:element name="boat"><xs:complexType>
    <xs:all>
      <xs:element name="hull" type="xs:string"/>
      <xs:element name="crew" minOccurs="0"><xs:complexType><xs:sequence>
        <xs:element name="hand" minOccurs="2" maxOccurs="3" type="xmpp:jid"/>
      </xs:sequence></xs:complexType></xs:element>
    </xs:all>
    <xs:attribute name="class" fixed="A" type="xs:string"/>
    <xs:attribute name="flags"><xs:simpleType><xs:list itemType="xs:int"/></xs:simpleType></xs:attribute>
    <xs:attribute name="size"><xs:simpleType><xs:union memberTypes="xs:int"><xs:simpleType>
      <xs:restriction base="xs:token"><xs:enumeration value="big"/></xs:restriction></xs:simpleType></xs:union></xs:simpleType></xs:attribute>
  </xs:complexType></xs:element>`

func TestOwnSchemas(t *testing.T) {
	ping := schema("urn:xmpp:ping", `<xs:element name="ping" type="xs:int"/>`)
	tests := []struct {
		name, doc string
		want      []string
	}{
		{name: "valid", doc: `<boat xmlns='urn:boat' class='A' flags='1 -2' size='big'><crew><hand>a@b</hand><hand>c</hand></crew><hull/></boat>`},
		{name: "values", doc: `<boat xmlns='urn:boat' class='B' flags='1 two' size='small'><hull/></boat>`, want: []string{
			`1:24: boat/@class: value "B" is not allowed; expected "A"`,
			`1:34: boat/@flags: value "1 two" is not allowed; expected a list, each a whole number from -2147483648 to 2147483647`,
			`1:48: boat/@size: value "small" is not allowed; expected a whole number from -2147483648 to 2147483647, or big`,
		}},
		{name: "all", doc: `<boat xmlns='urn:boat'><crew><hand>a</hand></crew><crew/></boat>`, want: []string{
			`1:1: boat: element "hull" is required`,
			`1:24: boat/crew[1]: element "hand" is required`,
			`1:51: boat/crew[2]: element "crew" is one too many; expected hull`,
			`1:51: boat/crew[2]: element "hand" is required`,
		}},
		{name: "too many", doc: `<boat xmlns='urn:boat'><hull/><crew><hand>a</hand><hand>b</hand><hand>c</hand><hand>d</hand></crew></boat>`, want: []string{
			`1:79: boat/crew/hand[4]: element "hand" is one too many; expected the end of "crew"`,
		}},
		{name: "the project's own beside it", doc: `<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>`},
		{name: "the later schema counts", doc: `<ping xmlns='urn:xmpp:ping'>7</ping>`},
	}
	v, err := validate.New(
		validate.Source{FS: fstest.MapFS{"boat.xsd": schema("urn:boat", boat)}, Dir: "my"},
		validate.Source{FS: fstest.MapFS{"index.txt": {Data: []byte("urn:xmpp:ping ping sub/ping.xsd Ping\n")}, "sub/ping.xsd": ping, "bad.xsd": {}}},
	)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, text(t, v, tt.doc)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestBadSchemas(t *testing.T) {
	tests := []struct {
		name  string
		files fstest.MapFS
		want  []string // each in a line of the error
	}{
		{name: "none", files: fstest.MapFS{}, want: []string{`validate: no schema in "my"`}},
		{name: "index", files: fstest.MapFS{"index.txt": {Data: []byte("urn:a a\n")}}, want: []string{"validate: my: index.txt:1: want:"}},
		{name: "not there", files: fstest.MapFS{"index.txt": {Data: []byte("urn:a a a.xsd A\n")}}, want: []string{"validate: open a.xsd"}},
		{name: "two faults", files: fstest.MapFS{
			"a.xsd": schema("urn:a", `  <xs:element/>`),
			"b.xsd": schema("urn:b", `  <xs:element name="b" typ="x"/>`),
		}, want: []string{"my/a.xsd:4:3: ", "my/b.xsd:4:3: "}},
		{name: "reference", files: fstest.MapFS{"a.xsd": schema("urn:a", `  <xs:element name="a" type="none"/>`)}, want: []string{"my/a.xsd:4:3: type none"}},
		{name: "engine's", files: fstest.MapFS{
			"a.xsd": schema("urn:a", `  <xs:element name="a"/>`),
			"b.xsd": schema("urn:b", `<xs:element name="b"><xs:simpleType><xs:restriction base="xs:int"><xs:enumeration value="x"/>
				</xs:restriction></xs:simpleType></xs:element>`),
		}, want: []string{"validate: my/b.xsd: schema.facet"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := validate.New(validate.Source{FS: tt.files, Dir: "my"})
			if err == nil {
				t.Fatal("no error")
			}
			lines := strings.Split(err.Error(), "\n")
			for _, want := range tt.want {
				found := false
				for _, line := range lines {
					found = found || strings.HasPrefix(line, want)
				}
				if !found {
					t.Errorf("want a line %q in\n%v", want, err)
				}
			}
		})
	}
}
