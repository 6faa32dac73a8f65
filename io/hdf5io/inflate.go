package hdf5io

import "github.com/gomagpie/magpie/internal/inflate"

// inflateChunk decompresses one zlib stream, checking its checksum and that it fills dst exactly.
func inflateChunk(dst, src []byte) error {
	if err := inflate.Zlib(dst, src); err != nil {
		return because(ErrCorrupt, "chunk does not inflate: %v", err)
	}
	return nil
}
