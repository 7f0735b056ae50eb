package wire

import (
	"encoding/binary"
	"unsafe"
)

// wordSize is how many bytes are looked at and written at once.
const wordSize = 8

// word returns the eight bytes of s from i on, which must be there. A slice expression would cost as much as all that is done with them.
func word(s string, i int) uint64 {
	return binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(unsafe.Pointer(unsafe.StringData(s)), i))[:])
}

// putWord writes w at the offset i, where there must be room.
func putWord(to unsafe.Pointer, i int, w uint64) {
	binary.LittleEndian.PutUint64((*[8]byte)(unsafe.Add(to, i))[:], w)
}

// shortWord returns s, which has one to seven bytes, filled up with the bytes of pad.
func shortWord(s string, pad uint64) uint64 {
	n := len(s)
	if n >= 4 {
		p := unsafe.Pointer(unsafe.StringData(s))
		low := binary.LittleEndian.Uint32((*[4]byte)(p)[:])
		high := binary.LittleEndian.Uint32((*[4]byte)(unsafe.Add(p, n-4))[:])
		return uint64(low) | uint64(high)<<(8*(n-4)&63) | pad<<(8*n&63)
	}
	return uint64(s[0]) | uint64(s[n/2])<<(8*(n/2)&63) | uint64(s[n-1])<<(8*(n-1)&63) | pad<<(8*n&63)
}

// asBytes returns the bytes of s, which must not be written.
func asBytes(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }
