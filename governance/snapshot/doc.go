// Package snapshot reads Snapshot's hub: proposals, counts, edits, deletions,
// spaces and follows. *Hub is a governance.Venue.
//
// Queries are written in queries.graphql and turned into typed calls by
// genqlient (go generate), so a misspelt field or argument fails at build time
// against schema.graphql. What genqlient would do with an answer is replaced:
// the hub answers errors in four shapes, partial lists with null rows, and
// pages of any size, and one odd field must never lose a page. So call.go
// implements genqlient's Client interface: it checks status and content type
// first, then walks the answer as a stream, row by row, and each row is decoded
// field by field with a default for whatever is missing or of another type.
//
// How nothing is lost while paging: pages are asked by created, ascending, from
// the second of the newest row read, skipping the rows of that second that are
// known. Each page request also lists the ids of that second, in the same
// request, so a row that moved (a deletion, a late insert) is seen and the
// second is read again. Pages may be short; only an empty one ends reading.
// Afterwards three light lists, in one request, show what changed: rows of the
// last days (created is the signed time and may arrive six days late), edits,
// and the counts of what is open.
package snapshot

//go:generate go tool genqlient genqlient.yaml
