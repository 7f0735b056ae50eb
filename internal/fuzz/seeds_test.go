package fuzz

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// documents are small inputs of every kind: what is right, what only encoding/xml takes for right, and what nobody does.
var documents = []string{
	"<a/>", "<a b='c' d=\"e\"> f <g/>\r\n</a>", "<\u00e9-1.2_3/>", "<a>\u00e9\u4e2d\U0001F600</a>", "", " \n", "x",
	"\ufeff<?xml version='1.0' encoding='UTF-8'?>\n<!-- x --><a><!-- y -->z<?p q?>z<![CDATA[<&]]]]><![CDATA[>]]></a><!-- w -->",
	"<p:a xmlns:p='urn:p' xmlns='urn:d' p:b='1' b='2' xml:lang='de'><c/><p:d xmlns:p='urn:q' p:e='3'/><f xmlns=''><g/></f></p:a>",
	"<a b='&lt;&amp;&gt;&quot;&apos;&#65;&#x1F600;&#10;'>&lt;&amp;&gt;&quot;&apos;&#65;&#x1F600;&#13;]]&gt;</a>",
	"<?xml version=\"1.0\" encoding=\"Utf-8\" standalone='no' ?>\n<a/>", "<?xml version='1.0' standalone='yes'?><a/>", "<?xml standalone='no' version='1.0'?><a/>",
	"<a b='x\ty\nz\r\nw'>x\ty\nz\r\nw\rv\r</a>", "<a>\r<![CDATA[\n\r]]>\n\r<!-- -->\n</a>",
	"<a xmlns:p='urn:p' b='p:c'>p:d <e xmlns:p='urn:e'>p:f</e></a>", "<a xmlns:q='urn:q' q:b='ns1:x'>ns1:y</a>",
	"<message xmlns='jabber:server' from='a@b.example' to='c@d.example/e' id='1'><body>x</body><a xmlns='jabber:server'/></message>",
	"<handshake xmlns='jabber:component:accept'><message/></handshake>", "<stream:features/><stream:error xmlns:stream='urn:other'/>",
	"<message><body>x</body></message>\n<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>", "</stream:stream>x", header + "<a/>" + footer,

	"<a b='1' b='2'/>", "<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>", "<p:a/>", "<a p:b=''/>", "<a xmlns:p=''/>", "<a xmlns:xml='b'/>", "<a xmlns:xmlns='b'/>",
	"<a xmlns='http://www.w3.org/XML/1998/namespace'/>", "<a xmlns='http://www.w3.org/2000/xmlns/'/>", "<a xmlns='a b'/>", "<xmlns:a/>", "<xml:a/>",
	"<a b='c'd='e'/>", "<a b=c/>", "<a b/>", "<a b='<'/>", "<a b='>'/>", "<a / >", "<a></a b='c'>", "<a></a\n>", "<a><b></a></b>", "<:a/>", "<a:/>", "<a:b:c/>", "<a b:='c'/>",
	"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<a>&b;</a>", "<a>&;</a>", "<a>&#0;&#x110000;&#xD800;&#xFFFE;&#-1;&#X41;&#1F;&#99999999999999999999;</a>", "<a>]]></a>", "<a b=']]>'/>",
	"<a>]] ]></a>", "<a>\x00</a>", "<a>\xff</a>", "<a>\xc0\xaf</a>", "<a>\xed\xa0\x80</a>", "<a>\xef\xbf\xbe</a>", "<a>\xe2\x82</a>", "<a\xe2\x82/>", "<a b\xc3='c'/>",
	"<a/><b/>", "<a/>x", "x<a/>", "<a/><?xml version='1.0'?>", " <?xml version='1.0'?><a/>", "<?xml version='1.1'?><a/>", "<?xml version='1.0' encoding='UTF-16'?><a/>",
	"<?XML version='1.0'?><a/>", "<?xml-stylesheet href='x'?><a/>", "<a><?b$?><?c:d e?></a>", "<a><!-- b -- c --></a>", "<a><!--></a>-->", "<a><!---></a>-->", "<a><![CDATA[", "<a><![cdata[x]]></a>",
	"<a", "<a b", "<a b=", "<a b='", "<a>b", "</a>", "<", "<!", "<?", "<!-", "<a>&#", "<a>&am",
}

// seeds returns the documents above, the fixtures, and where there is a corpus of samples of the specifications (STANZAKIT_CORPUS names its directory), some of those.
func seeds(tb testing.TB) []string {
	tb.Helper()
	const every = 10 // of some thousand samples, which repeat each other
	all := slices.Concat(documents, files(tb, "../../testdata/fixtures", 1))
	if len(all) < len(documents)+300 {
		tb.Fatalf("only %d seeds", len(all))
	}
	return append(all, files(tb, cmp.Or(os.Getenv("STANZAKIT_CORPUS"), "../../../shared/corpus/examples"), every)...)
}

// files returns the content of each so many-th XML file below dir, which need not be there.
func files(tb testing.TB, dir string, every int) (all []string) {
	tb.Helper()
	n := 0
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".xml") {
			return err
		}
		if n++; n%every != 0 {
			return nil
		}
		data, err := os.ReadFile(path)
		all = append(all, string(data))
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		tb.Fatal(err)
	}
	return all
}
