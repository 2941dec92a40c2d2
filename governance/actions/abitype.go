package actions

import (
	"errors"
	"strconv"
	"strings"
)

// The limits of a signature: longer ones are no contract's.
const (
	maxSignature  = 2_000   // bytes of text
	maxTypeDepth  = 8       // tuples and lists inside each other
	maxParameters = 64      // of one function or tuple
	maxHead       = 1 << 20 // bytes of a static type
	maxList       = 10_000  // elements of one list
)

type abiKind uint8

const (
	abiUint abiKind = iota
	abiInt
	abiAddress
	abiBool
	abiFixed // bytes1 … bytes32, left-aligned
	abiBytes
	abiString
	abiArray // a fixed number of elements
	abiList
	abiTuple
)

// abiType is a Solidity type as the ABI knows it.
type abiType struct {
	kind    abiKind
	name    string // canonical: "uint256", "(address,bytes)[]"
	size    int    // bits of a number, bytes of bytesN, elements of an array
	elem    *abiType
	fields  []abiField
	dynamic bool
	head    int // bytes that it takes in a head
}

// abiField is a parameter of a function or a field of a tuple.
type abiField struct {
	name string
	typ  *abiType
}

var (
	errSignature = errors.New("this is not a function's signature")
	errType      = errors.New("this is not a type of the ABI")
)

// parseSignature reads "transfer(address to, uint256 amount)"; the names may
// be missing.
func parseSignature(s string) (name string, fields []abiField, err error) {
	open := strings.IndexByte(s, '(')
	if len(s) > maxSignature || open < 0 || !isIdent(s[:open]) && open > 0 {
		return "", nil, errSignature
	}
	p := typeParser{text: s, at: open}
	fields, err = p.list(0)
	if err != nil {
		return "", nil, err
	}
	if p.at != len(s) {
		return "", nil, errSignature
	}
	return s[:open], fields, nil
}

// canonical is what the selector is the hash of: "transfer(address,uint256)".
func canonical(name string, fields []abiField) string {
	parts := make([]string, len(fields))
	for i, f := range fields {
		parts[i] = f.typ.name
	}
	return name + "(" + strings.Join(parts, ",") + ")"
}

type typeParser struct {
	text string
	at   int
}

// list reads "(type name, …)".
func (p *typeParser) list(depth int) ([]abiField, error) {
	if depth > maxTypeDepth || !p.take('(') {
		return nil, errSignature
	}
	if p.take(')') {
		return nil, nil
	}
	var fields []abiField
	for {
		typ, err := p.typ(depth)
		if err != nil {
			return nil, err
		}
		fields = append(fields, abiField{typ: typ, name: p.word()})
		switch {
		case len(fields) > maxParameters:
			return nil, errSignature
		case p.take(')'):
			return fields, nil
		case !p.take(','):
			return nil, errSignature
		}
	}
}

func (p *typeParser) typ(depth int) (*abiType, error) {
	p.spaces()
	var t *abiType
	var err error
	if p.at < len(p.text) && p.text[p.at] == '(' {
		fields, e := p.list(depth + 1)
		if e != nil || len(fields) == 0 {
			return nil, errType
		}
		t, err = tupleOf(fields)
	} else {
		t, err = elementary(p.word())
	}
	for n := 0; err == nil && p.at < len(p.text) && p.text[p.at] == '['; n++ {
		if n >= maxTypeDepth {
			return nil, errType
		}
		t, err = p.suffix(t)
	}
	return t, err
}

// suffix reads "[]" or "[3]".
func (p *typeParser) suffix(t *abiType) (*abiType, error) {
	end := strings.IndexByte(p.text[p.at:], ']')
	if end < 0 {
		return nil, errType
	}
	inner := p.text[p.at+1 : p.at+end]
	p.at += end + 1
	if inner == "" {
		return &abiType{kind: abiList, name: t.name + "[]", elem: t, dynamic: true, head: 32}, nil
	}
	n, err := strconv.Atoi(inner)
	if err != nil || n < 1 || n > maxList || strconv.Itoa(n) != inner {
		return nil, errType
	}
	a := &abiType{kind: abiArray, name: t.name + "[" + inner + "]", elem: t, size: n, dynamic: t.dynamic, head: 32}
	if !t.dynamic {
		a.head = t.head * n
	}
	if a.head > maxHead {
		return nil, errType
	}
	return a, nil
}

func tupleOf(fields []abiField) (*abiType, error) {
	t := &abiType{kind: abiTuple, fields: fields, name: canonical("", fields)}
	for _, f := range fields {
		t.dynamic = t.dynamic || f.typ.dynamic
		t.head += f.typ.head
	}
	if t.head > maxHead {
		return nil, errType
	}
	if t.dynamic {
		t.head = 32
	}
	return t, nil
}

func elementary(word string) (*abiType, error) {
	t := &abiType{name: word, head: 32}
	switch word {
	case "address":
		t.kind = abiAddress
	case "bool":
		t.kind = abiBool
	case "bytes":
		t.kind, t.dynamic = abiBytes, true
	case "string":
		t.kind, t.dynamic = abiString, true
	default:
		return sized(t, word)
	}
	return t, nil
}

func sized(t *abiType, word string) (*abiType, error) {
	digits := strings.TrimLeft(word, "abcdefghijklmnopqrstuvwxyz")
	n, err := strconv.Atoi(digits)
	if err != nil || strconv.Itoa(n) != digits {
		return nil, errType
	}
	t.size = n
	switch base := strings.TrimSuffix(word, digits); {
	case base == "uint" && n >= 8 && n <= 256 && n%8 == 0:
		t.kind = abiUint
	case base == "int" && n >= 8 && n <= 256 && n%8 == 0:
		t.kind = abiInt
	case base == "bytes" && n >= 1 && n <= 32:
		t.kind = abiFixed
	default:
		return nil, errType
	}
	return t, nil
}

func (p *typeParser) take(c byte) bool {
	p.spaces()
	if p.at < len(p.text) && p.text[p.at] == c {
		p.at++
		return true
	}
	return false
}

func (p *typeParser) word() string {
	p.spaces()
	from := p.at
	for p.at < len(p.text) && isIdentByte(p.text[p.at]) {
		p.at++
	}
	return p.text[from:p.at]
}

func (p *typeParser) spaces() {
	for p.at < len(p.text) && p.text[p.at] == ' ' {
		p.at++
	}
}

func isIdent(s string) bool {
	for i := range len(s) {
		if !isIdentByte(s[i]) || i == 0 && s[0] >= '0' && s[0] <= '9' {
			return false
		}
	}
	return s != ""
}

func isIdentByte(c byte) bool {
	return c == '_' || c == '$' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
