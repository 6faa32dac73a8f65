//go:build !amd64 && !arm64

package site

// Return returns where the function that calls it was called. That function must be marked go:noinline.
//
//go:noinline
func Return() Site { return Caller(2) }

// returnHops says that frame pointers are not read here.
const returnHops = -1
