package names

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCamel(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"word", "query", "Query"},
		{"kebab", "bad-request", "BadRequest"},
		{"snake", "last_seen", "LastSeen"},
		{"dots", "muc.admin", "MUCAdmin"},
		{"hash", "disco#info", "DiscoInfo"},
		{"camel", "streamID", "StreamID"},
		{"camel with small initialism", "userId", "UserID"},
		{"initialism before a word", "XMLName", "XMLName"},
		{"initialism alone", "jid", "JID"},
		{"initialism in front", "iq-type", "IQType"},
		{"initialism at the end", "stanza-id", "StanzaID"},
		{"initialism with digits", "sm3", "SM3"},
		{"plural initialism", "jids", "JIDs"},
		{"no plural initialism", "ips", "Ips"},
		{"word that starts like an initialism", "idle", "Idle"},
		{"capitals stay", "FN", "FN"},
		{"capitals with a sign", "DIGEST-MD5", "DIGESTMD5"},
		{"digits within", "x509Data", "X509Data"},
		{"digit first", "3gpp", "X3gpp"},
		{"underscore and digit", "_1", "X1"},
		{"keyword", "type", "Type"},
		{"predeclared", "error", "Error"},
		{"letters of another alphabet", "größe", "Größe"},
		{"letters without capitals", "名前", "X名前"},
		{"nothing", "--", ""},
		{"empty", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Camel(tt.in)); diff != "" {
				t.Errorf("Camel(%q) (-want +got)\n%s", tt.in, diff)
			}
		})
	}
}

func TestValueWord(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"word", "normal", "Normal"},
		{"empty", "", "Empty"},
		{"digits", "307", "307"},
		{"negative", "-1", "Minus1"},
		{"positive", "+1", "Plus1"},
		{"plus", "+", "Plus"},
		{"several signs", "<=", "LessEqual"},
		{"every named sign", "-*>!?/._#% ", "MinusStarGreaterNotQuestionSlashDotUnderscoreHashPercentSpace"},
		{"sign without a name", "→", "U2192"},
		{"uri", "http://jabber.org/protocol/muc#owner", "HTTPJabberOrgProtocolMUCOwner"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, valueWord(tt.in)); diff != "" {
				t.Errorf("valueWord(%q) (-want +got)\n%s", tt.in, diff)
			}
		})
	}
}
