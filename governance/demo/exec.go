package demo

import (
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// exec answers one operation while the world is read-locked.
type exec struct {
	w      *World
	ix     *index
	byID   map[string]*Proposal
	gen    Generation
	now    int64
	vars   map[string]any
	fault  Fault
	faults Faults
	about  *introspection

	errs   []gqlError
	failed bool // a non-null root failed: no data at all (Latest)
	fields map[ast.Selection][]*ast.Field
	nested map[nestedKey][]byte
}

type nestedKey struct {
	of    string
	field *ast.Field
}

type gqlError struct {
	Message   string     `json:"message"`
	Locations []location `json:"locations,omitempty"`
	Path      []any      `json:"path,omitempty"`
}

type location struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// run writes the data object.
func (e *exec) run(dst []byte, op *ast.OperationDefinition) []byte {
	dst = append(dst, '{')
	for i, f := range e.collect(op.SelectionSet) {
		dst = appendKey(dst, i, f.Alias)
		dst = e.root(dst, f)
	}
	return append(dst, '}')
}

func appendKey(dst []byte, i int, name string) []byte {
	if i > 0 {
		dst = append(dst, ',')
	}
	dst = append(dst, '"')
	dst = append(dst, name...)
	return append(dst, '"', ':')
}

// root resolves one root field; on an error it writes null, and in the latest
// generation a failing list takes the whole answer with it.
func (e *exec) root(dst []byte, f *ast.Field) []byte {
	if f.Name == "__typename" {
		return append(dst, `"Query"`...)
	}
	mark := len(dst)
	dst, err := e.resolve(dst, f, f.ArgumentMap(e.vars))
	if err == nil {
		return dst
	}
	e.fail(f, err.Error(), f.Alias)
	if e.gen == Latest && strings.HasSuffix(f.Name, "s") {
		e.failed = true
	}
	return append(dst[:mark], "null"...)
}

func (e *exec) resolve(dst []byte, f *ast.Field, args map[string]any) ([]byte, error) {
	if e.fault == FaultResolver {
		return dst, fmt.Errorf("request failed")
	}
	id, _ := args["id"].(string)
	switch f.Name {
	case "__schema":
		return e.value(dst, e.about.schema, f.SelectionSet), nil
	case "__type":
		name, _ := args["name"].(string)
		if t, ok := e.about.types[name]; ok {
			return e.value(dst, t, f.SelectionSet), nil
		}
		return append(dst, "null"...), nil
	case "proposal":
		return e.oneProposal(dst, f, id), nil
	case "proposals":
		return e.listProposals(dst, f, args)
	case "space":
		return e.oneSpace(dst, f, id), nil
	case "spaces":
		return e.listSpaces(dst, f, args)
	case "ranking":
		return e.ranking(dst, f, args)
	case "vote":
		return e.oneVote(dst, f, id), nil
	case "votes":
		return e.listVotes(dst, f, args)
	case "follows":
		return e.listFollows(dst, f, args)
	case "aliases":
		return e.listAliases(dst, f, args)
	case "messages":
		return e.listMessages(dst, f, args)
	case "vp":
		return e.votingPower(dst, f, args)
	case "networks":
		return e.value(dst, networkList(), f.SelectionSet), nil
	}
	return dst, fmt.Errorf("the demo hub does not answer %s", f.Name)
}

func (e *exec) fail(f *ast.Field, message string, path ...any) {
	err := gqlError{Message: message, Path: path}
	if f.Position != nil {
		err.Locations = []location{{Line: f.Position.Line, Column: f.Position.Column}}
	}
	e.errs = append(e.errs, err)
}

// collect flattens fragments and honours @skip and @include. Fields that stand
// twice under one name are merged.
func (e *exec) collect(set ast.SelectionSet) []*ast.Field {
	if len(set) == 0 {
		return nil
	}
	if have, ok := e.fields[set[0]]; ok {
		return have
	}
	out := e.gather(nil, set)
	e.fields[set[0]] = out
	return out
}

func (e *exec) gather(out []*ast.Field, set ast.SelectionSet) []*ast.Field {
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			if e.included(sel.Directives) {
				out = mergeField(out, sel)
			}
		case *ast.InlineFragment:
			if e.included(sel.Directives) {
				out = e.gather(out, sel.SelectionSet)
			}
		case *ast.FragmentSpread:
			if e.included(sel.Directives) && sel.Definition != nil {
				out = e.gather(out, sel.Definition.SelectionSet)
			}
		}
	}
	return out
}

func mergeField(out []*ast.Field, f *ast.Field) []*ast.Field {
	for i, have := range out {
		if have.Alias != f.Alias {
			continue
		}
		both := *have
		both.SelectionSet = append(append(ast.SelectionSet{}, have.SelectionSet...), f.SelectionSet...)
		out[i] = &both
		return out
	}
	return append(out, f)
}

func (e *exec) included(ds ast.DirectiveList) bool {
	for _, d := range ds {
		on, _ := d.ArgumentMap(e.vars)["if"].(bool)
		if d.Name == "skip" && on || d.Name == "include" && !on {
			return false
		}
	}
	return true
}

// value writes the part of a generic value that the selection asks for.
func (e *exec) value(dst []byte, v any, set ast.SelectionSet) []byte {
	if len(set) == 0 {
		return appendAny(dst, v)
	}
	switch v := v.(type) {
	case map[string]any:
		dst = append(dst, '{')
		for i, f := range e.collect(set) {
			dst = appendKey(dst, i, f.Alias)
			dst = e.member(dst, v, f)
		}
		return append(dst, '}')
	case []any:
		dst = append(dst, '[')
		for i, item := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = e.value(dst, item, set)
		}
		return append(dst, ']')
	}
	return append(dst, "null"...)
}

func (e *exec) member(dst []byte, of map[string]any, f *ast.Field) []byte {
	if f.Name == "__typename" {
		return appendString(dst, f.ObjectDefinition.Name)
	}
	return e.value(dst, of[f.Name], f.SelectionSet)
}

func networkList() []any {
	return []any{
		map[string]any{"id": "1", "name": "Ethereum", "premium": true, "spacesCount": 8},
		map[string]any{"id": "10", "name": "Optimism", "premium": true, "spacesCount": 2},
		map[string]any{"id": "42161", "name": "Arbitrum One", "premium": true, "spacesCount": 2},
	}
}
