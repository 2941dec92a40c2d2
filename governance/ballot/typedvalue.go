package ballot

import (
	"math/big"
	"strconv"
	"strings"
)

// textValue reads a value that stands as a JSON text.
func textValue(typ, s string) (any, error) {
	switch {
	case typ == "string":
		return s, nil
	case typ == "address":
		_, err := Checksum(s)
		return s, err
	case strings.HasPrefix(typ, "bytes"):
		b, ok := unhex(s)
		if size := typ[len("bytes"):]; !ok || size != "" && size != strconv.Itoa(len(b)) {
			return nil, bad("not %s in hex", typ)
		}
		return s, nil
	case strings.Contains(typ, "int"):
		return integer(typ, s)
	}
	return nil, bad("not a value of type %s", typ)
}

// integer reads a whole number and holds it against the width of its type.
func integer(typ, s string) (*big.Int, error) {
	digits, base := s, 10
	if rest, ok := strings.CutPrefix(s, "0x"); ok {
		digits, base = rest, 16
	}
	signed := strings.HasPrefix(typ, "int")
	if len(s) > 80 || digits == "" || digits[0] == '+' || strings.ContainsRune(digits, '_') {
		return nil, bad("not a whole number")
	}
	n, ok := new(big.Int).SetString(digits, base)
	if !ok || n.Sign() < 0 && (!signed || base == 16) {
		return nil, bad("not a number of type %s", typ)
	}
	bits, width := n.BitLen(), width(typ)
	if n.Sign() < 0 {
		bits = new(big.Int).Not(n).BitLen() // two's complement
	}
	if signed {
		width--
	}
	if bits > width {
		return nil, bad("too large for %s", typ)
	}
	return n, nil
}

func width(typ string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(strings.TrimPrefix(typ, "u"), "int"))
	if err != nil {
		return 256
	}
	return n
}

// primitive reports whether typ is one of EIP-712's own types.
func primitive(typ string) bool {
	switch typ {
	case "string", "bytes", "bool", "address", "uint", "int":
		return true
	}
	for prefix, rule := range map[string][2]int{"bytes": {1, 32}, "uint": {8, 256}, "int": {8, 256}} {
		size, ok := strings.CutPrefix(typ, prefix)
		n, err := strconv.Atoi(size)
		if ok && err == nil && strconv.Itoa(n) == size && n >= rule[0] && n <= rule[1] && n%rule[0] == 0 {
			return true
		}
	}
	return false
}

func baseType(typ string) string {
	base, _, _ := strings.Cut(typ, "[")
	return base
}

// arraySuffix reports whether what follows the base type is [], [n], or
// several of these.
func arraySuffix(typ string) bool {
	rest := typ[len(baseType(typ)):]
	for rest != "" {
		size, after, ok := strings.Cut(rest[1:], "]")
		n, err := strconv.Atoi(size)
		if !ok || size != "" && (err != nil || strconv.Itoa(n) != size || n < 1) || after != "" && after[0] != '[' {
			return false
		}
		rest = after
	}
	return strings.Count(typ, "[") <= 4
}

func identifier(s string) bool {
	for i, r := range s {
		letter := r == '_' || r == '$' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != "" && len(s) <= 64
}
