// Package views draws Mandate's pages. A page is a struct of values that are
// ready to be shown (strings, figures of SVG drawings, addresses), built by
// package web, and its method View, a templ component that only loops and
// asks; fragments (ProposalList, Preview, Progress) have a View too. The
// small pure helpers that turn times, numbers and texts into such
// values are in when.go, format.go, text.go, charts.go, diff.go and
// reading.go.
//
// Every string here is untrusted and is escaped by templ; the one exception
// is SafeHTML, which only a sanitiser's output may become.
package views
