package main

import "encoding/binary"

const golden = 0x9e3779b97f4a7c15

// hashOf is FNV-1a, 64 bits, of a path.
func hashOf(path string) uint64 {
	hash := uint64(0xcbf29ce484222325)
	for i := 0; i < len(path); i++ {
		hash = (hash ^ uint64(path[i])) * 0x100000001b3
	}
	return hash
}

// keyOf is what the bytes of a file are computed from.
func keyOf(path string, seed uint64) uint64 {
	return hashOf(path) ^ (seed * golden)
}

func word(key, index uint64) uint64 {
	z := key + index*golden
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}

// fill writes the bytes at an offset; they are the same in the other test source.
func fill(key uint64, offset int64, buffer []byte) {
	index := uint64(offset) / 8
	var scratch [8]byte
	if skip := int(offset % 8); skip != 0 {
		binary.LittleEndian.PutUint64(scratch[:], word(key, index))
		buffer = buffer[copy(buffer, scratch[skip:]):]
		index++
	}
	for len(buffer) >= 8 {
		binary.LittleEndian.PutUint64(buffer, word(key, index))
		buffer = buffer[8:]
		index++
	}
	if len(buffer) > 0 {
		binary.LittleEndian.PutUint64(scratch[:], word(key, index))
		copy(buffer, scratch[:])
	}
}
