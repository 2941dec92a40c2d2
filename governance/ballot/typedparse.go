package ballot

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"mandate/governance"
)

// Bounds of outside typed data. Messages of Snapshot stay far below.
const (
	maxTyped   = 256 << 10 // bytes of JSON
	maxTypes   = 32
	maxFields  = 64   // of one type
	maxStructs = 1000 // values
)

// ParseTyped reads eth_signTypedData_v4 JSON: types with EIP712Domain,
// domain, primaryType, message. It is strict: every type is defined once and
// used correctly, every field has a value of its type, nothing is left over.
// Integers may be JSON numbers, decimal text or 0x text.
func ParseTyped(raw []byte) (TypedData, error) {
	t, err := parseTyped(raw)
	if err != nil {
		return TypedData{}, governance.Wrap(governance.Invalid, err, "This is not valid typed data")
	}
	return t, nil
}

func parseTyped(raw []byte) (TypedData, error) {
	if len(raw) > maxTyped {
		return TypedData{}, bad("more than %d bytes", maxTyped)
	}
	v, err := readJSON(raw)
	if err != nil {
		return TypedData{}, err
	}
	top, err := keys(v, "types", "domain", "primaryType", "message")
	if err != nil {
		return TypedData{}, err
	}
	p := parser{}
	if err := p.readTypes(top["types"]); err != nil {
		return TypedData{}, err
	}
	t := TypedData{}
	var ok bool
	if t.primary, ok = top["primaryType"].(string); !ok || t.primary == domainType || p.fields(t.primary) == nil {
		return TypedData{}, bad("primaryType is not one of the types")
	}
	if err := p.checkDomain(); err != nil {
		return TypedData{}, err
	}
	if t.domain, err = p.structValue(domainType, top["domain"]); err != nil {
		return TypedData{}, err
	}
	if t.message, err = p.structValue(t.primary, top["message"]); err != nil {
		return TypedData{}, err
	}
	t.types = slices.DeleteFunc(p.types, func(s structType) bool { return s.name == domainType })
	return t, nil
}

// keys takes an object apart that has exactly these keys.
func keys(v any, want ...string) (map[string]any, error) {
	object, ok := v.([]pair)
	if !ok {
		return nil, bad("an object is missing")
	}
	out := make(map[string]any, len(object))
	for _, e := range object {
		if !slices.Contains(want, e.key) {
			return nil, bad("unknown key %.40q", e.key)
		}
		out[e.key] = e.value
	}
	if len(out) != len(want) {
		return nil, bad("one of %s is missing", strings.Join(want, ", "))
	}
	return out, nil
}

func bad(format string, args ...any) error {
	return governance.Errorf(governance.Invalid, format, args...)
}

type parser struct {
	types   []structType
	structs int // values so far
}

func (p *parser) fields(name string) []field {
	for _, s := range p.types {
		if s.name == name {
			return s.fields
		}
	}
	return nil
}

func (p *parser) readTypes(v any) error {
	object, ok := v.([]pair)
	if !ok || len(object) > maxTypes {
		return bad("types is not an object of at most %d types", maxTypes)
	}
	for _, e := range object {
		fields, err := readFields(e)
		if err != nil {
			return err
		}
		p.types = append(p.types, structType{e.key, fields})
	}
	for _, s := range p.types {
		for _, f := range s.fields {
			if base := baseType(f.typ); !arraySuffix(f.typ) || !primitive(base) && p.fields(base) == nil || base == domainType || f.typ == s.name {
				return bad("%.40q is not a type", f.typ)
			}
		}
	}
	return nil
}

func readFields(e pair) ([]field, error) {
	list, ok := e.value.([]any)
	if !ok || !identifier(e.key) || primitive(e.key) || len(list) > maxFields {
		return nil, bad("type %.40q is not defined as a list of fields", e.key)
	}
	fields := make([]field, 0, len(list))
	for _, v := range list {
		entry, err := keys(v, "name", "type")
		if err != nil {
			return nil, err
		}
		name, isText := entry["name"].(string)
		typ, isType := entry["type"].(string)
		if !isText || !isType || !identifier(name) || slices.ContainsFunc(fields, func(f field) bool { return f.name == name }) {
			return nil, bad("a field of %.40q has no name of its own", e.key)
		}
		fields = append(fields, field{name, typ})
	}
	return fields, nil
}

// checkDomain lets through the five fields of the standard only.
func (p *parser) checkDomain() error {
	allowed := []field{{"name", "string"}, {"version", "string"}, {"chainId", "uint256"}, {"verifyingContract", "address"}, {"salt", "bytes32"}}
	fields := p.fields(domainType)
	if len(fields) == 0 {
		return bad("%s is missing", domainType)
	}
	for _, f := range fields {
		if !slices.Contains(allowed, f) {
			return bad("a domain has no field %s %s", f.typ, f.name)
		}
	}
	return nil
}

func (p *parser) structValue(name string, v any) ([]member, error) {
	if p.structs++; p.structs > maxStructs {
		return nil, bad("more than %d structs", maxStructs)
	}
	fields := p.fields(name)
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	values, err := keys(v, names...)
	if err != nil {
		return nil, err
	}
	out := make([]member, len(fields))
	for i, f := range fields {
		value, err := p.value(f.typ, values[f.name])
		if err != nil {
			return nil, governance.Errorf(governance.Invalid, "%s: %s", f.name, governance.MessageOf(err))
		}
		out[i] = member{f, value}
	}
	return out, nil
}

func (p *parser) value(typ string, v any) (any, error) {
	if strings.HasSuffix(typ, "]") {
		return p.array(typ, v)
	}
	if p.fields(typ) != nil || !primitive(typ) {
		return p.structValue(typ, v)
	}
	switch v := v.(type) {
	case bool:
		if typ == "bool" {
			return v, nil
		}
	case string:
		return textValue(typ, v)
	case json.Number:
		if strings.Contains(typ, "int") {
			return integer(typ, v.String())
		}
	}
	return nil, bad("not a value of type %s", typ)
}

func (p *parser) array(typ string, v any) (any, error) {
	list, ok := v.([]any)
	if !ok {
		return nil, bad("not a list")
	}
	size := typ[strings.LastIndexByte(typ, '[')+1 : len(typ)-1]
	if size != "" && size != strconv.Itoa(len(list)) {
		return nil, bad("not a list of %s", size)
	}
	out := make([]any, len(list))
	for i := range list {
		item, err := p.value(element(typ), list[i])
		if err != nil {
			return nil, err
		}
		out[i] = item
	}
	return out, nil
}
