package actions

import (
	"fmt"
	"strings"
)

type refKind uint8

const (
	refNone refKind = iota
	refSelf         // the contract that is called
	refCoin         // the call's value
	refText         // a literal
	refPath         // an argument
)

// ref points to an argument, to a part of it, or to all elements of a list.
type ref struct {
	kind  refKind
	text  string
	steps []refStep
	each  bool
}

type refStep struct {
	index int
	each  bool
}

// parseRef reads "@", "'literal", "to", "order.token", "calls[].target".
func parseRef(fields []abiField, s string) (ref, error) {
	switch {
	case s == "@":
		return ref{kind: refSelf}, nil
	case s == "$":
		return ref{kind: refCoin}, nil
	case strings.HasPrefix(s, "'"):
		return ref{kind: refText, text: s[1:]}, nil
	}
	r := ref{kind: refPath, text: s}
	var typ *abiType
	for _, part := range strings.Split(s, ".") {
		name, each := strings.CutSuffix(part, "[]")
		index := fieldIndex(fields, name)
		if index < 0 {
			return r, fmt.Errorf("there is no argument %q", s)
		}
		typ = fields[index].typ
		if each {
			if typ.elem == nil {
				return r, fmt.Errorf("%q is no list", s)
			}
			typ = typ.elem
		}
		r.each = r.each || each
		r.steps = append(r.steps, refStep{index: index, each: each})
		fields = typ.fields
	}
	return r, nil
}

func fieldIndex(fields []abiField, name string) int {
	for i, f := range fields {
		if f.name == name {
			return i
		}
	}
	return -1
}

// values are the arguments that r points to.
func (r ref) values(args []value) []value {
	current := []value{{items: args}}
	for _, s := range r.steps {
		next := make([]value, 0, len(current))
		for _, v := range current {
			if s.index >= len(v.items) {
				continue
			}
			item := v.items[s.index]
			if s.each {
				next = append(next, item.items...)
			} else {
				next = append(next, item)
			}
		}
		current = next
	}
	return current
}

// column is a ref with its values: element i of a list, or the same value for
// every element.
type column struct {
	ref
	list []value
}

func (r ref) column(args []value) column {
	if r.kind != refPath {
		return column{ref: r}
	}
	return column{ref: r, list: r.values(args)}
}

// at is the i-th value, false where there is none.
func (c column) at(i int) (value, bool) {
	if !c.each {
		i = 0
	}
	if i >= len(c.list) {
		return value{}, false
	}
	return c.list[i], true
}

// rows is how many elements the columns have, and whether all agree.
func rows(columns ...column) (n int, same bool) {
	n, same = -1, true
	for _, c := range columns {
		if c.kind != refPath || !c.each {
			continue
		}
		if n >= 0 && len(c.list) != n {
			same = false
		}
		if n < 0 || len(c.list) < n {
			n = len(c.list)
		}
	}
	if n < 0 {
		n = 1
	}
	return n, same
}
