package stream

// Workers returns how many handlers with a goroutine the mux would wait for.
func (m *Mux) Workers() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.own)
}
