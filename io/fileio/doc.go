// Package fileio turns names into readable inputs: globs, "-" for standard input, and decompression by magic bytes.
//
// [Glob] expands patterns in natural order, [Open] gives a [Reader] of the decompressed bytes, [NewLines] cuts those into
// lines with bounded memory. The packages of formats beside this one (jsonio, …) are built on these three.
//
// # Compression
//
// The first bytes of an input decide, never its name: gzip, zstd and bzip2 are decompressed, everything else passes
// through as it is. Several gzip members, zstd frames or bzip2 streams in a row are one input, as `cat a.gz b.gz` makes
// them. The name is heard in one case: a file that ends before its magic does, as an empty file called x.gz, is not
// empty input but a truncated copy, and an error, as it is for gzip(1).
//
// # Damage
//
// A truncated or corrupt input ends in a [*FileError], never in io.EOF, so a caller that reads to the end knows whether
// it has seen the whole. What was delivered before the error may be wrong: checksums stand behind the data. Zero bytes
// behind the last gzip member are padding (tapes, block devices) and ignored, as by gzip(1); any other trailing bytes
// are an error, where gzip(1) warns and exits with 2: half a download appended to a good file must not pass.
package fileio
