// Package jsonio reads files of JSON lines, compressed or not, as bags: a record a line, a partition a file.
//
// [Lines] decodes every record into a Go type. [Select] takes the numbers at a path out of records whose type nobody
// wrote down, and [SelectRaw] and [Matches] the values themselves and their count; these never build a record in memory.
// Files are named and decompressed as by package fileio.
//
// # What a record is
//
// A record is one JSON value (RFC 8259) on a line of its own. Lines end in LF or CR LF, the last one needs no end, lines
// of nothing but white space are skipped, a byte order mark at the start of a file too. Every record is checked whole,
// also where it is not used: anything behind the value, a control character in a string, a number such as 01 or NaN, and
// nesting deeper than 10,000 are errors, the same that encoding/json finds. Bytes that are not UTF-8 are an error,
// where encoding/json puts U+FFFD in silence; [ReplaceInvalidUTF8] asks for that. An escaped half of a surrogate
// pair, as in "\ud800", is valid JSON and reads as U+FFFD.
//
// Of a key that comes twice in one object the last counts. Lines matches keys with struct fields as encoding/json does,
// exact first and then without regard to case, and a field met twice is decoded into twice; the paths of queries
// match exactly.
//
// # Errors
//
// A bad record fails the computation with a [*RecordError] that names file, line, offset and the record's first
// bytes; [OnError] and [CountSkipped] drop such records instead and count them. A file that cannot be read, is
// truncated or corrupt fails it with a [*fileio.FileError], whatever OnError says: how much is missing is unknown.
package jsonio
