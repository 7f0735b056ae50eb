package xmpp

import (
	"context"
	"sync"

	"github.com/stanzakit/stanzakit/jid"
)

// MemoryTokens is a [TokenStore] that forgets all when the program ends: enough for reconnections. Its zero value is empty. One may serve several clients.
type MemoryTokens struct {
	mu sync.Mutex // guards of
	of map[jid.JID]Token
}

// Load returns the token of an account, nil if there is none.
func (m *MemoryTokens) Load(_ context.Context, account jid.JID) (*Token, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if t, ok := m.of[account]; ok {
		return &t, nil
	}
	return nil, nil
}

// Save keeps a token in place of any that its account had.
func (m *MemoryTokens) Save(_ context.Context, t *Token) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.of == nil {
		m.of = make(map[jid.JID]Token)
	}
	m.of[t.Account] = *t
	return nil
}

// Delete throws the token of an account away.
func (m *MemoryTokens) Delete(_ context.Context, account jid.JID) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.of, account)
	return nil
}
