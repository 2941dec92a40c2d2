package siwe

import (
	"net/netip"
	"strings"
)

// The characters of RFC 3986.
const (
	digits     = "0123456789"
	hexDigits  = digits + "abcdefABCDEF"
	letters    = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	unreserved = letters + digits + "-._~"
	subDelims  = "!$&'()*+,;="
	genDelims  = ":/?#[]@"
	pchar      = unreserved + subDelims + ":@"
)

// only reports whether every byte of s is one of set. Percent-encoding is not
// in it.
func only(s, set string) bool {
	return strings.Trim(s, set) == ""
}

// encoded reports whether every byte of s is one of set, or a percent sign
// before two hexadecimal digits.
func encoded(s, set string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] == '%' {
			if i+2 >= len(s) || !only(s[i+1:i+3], hexDigits) {
				return false
			}
			i += 2
		} else if strings.IndexByte(set, s[i]) < 0 {
			return false
		}
	}
	return true
}

func isScheme(s string) bool {
	return s != "" && strings.IndexByte(letters, s[0]) >= 0 && only(s, letters+digits+"+-.")
}

// isURI reports whether s is a URI of RFC 3986: with a scheme, percent-encoded,
// ASCII.
func isURI(s string) bool {
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || !isScheme(scheme) {
		return false
	}
	rest, fragment, _ := strings.Cut(rest, "#")
	rest, query, _ := strings.Cut(rest, "?")
	if !encoded(fragment, pchar+"/?") || !encoded(query, pchar+"/?") {
		return false
	}
	if after, ok := strings.CutPrefix(rest, "//"); ok {
		host, path := after, ""
		if i := strings.IndexByte(after, '/'); i >= 0 {
			host, path = after[:i], after[i:]
		}
		return isAuthority(host) && encoded(path, pchar+"/")
	}
	return encoded(rest, pchar+"/")
}

// isAuthority reports whether s is [userinfo@]host[:port]. The empty host is
// one, as in file:///x.
func isAuthority(s string) bool {
	host := s
	if i := strings.IndexByte(s, '@'); i >= 0 {
		if !encoded(s[:i], unreserved+subDelims+":") {
			return false
		}
		host = s[i+1:]
	}
	if strings.HasPrefix(host, "[") {
		end := strings.IndexByte(host, ']')
		if end < 0 || !isLiteral(host[1:end]) {
			return false
		}
		rest := host[end+1:]
		port, ok := strings.CutPrefix(rest, ":")
		return (rest == "" || ok) && only(port, digits)
	}
	host, port, _ := strings.Cut(host, ":")
	return encoded(host, unreserved+subDelims) && only(port, digits)
}

// isDomain is isAuthority with somebody in it.
func isDomain(s string) bool {
	_, host, ok := strings.Cut(s, "@")
	if !ok {
		host = s
	}
	return isAuthority(s) && host != "" && host[0] != ':'
}

// isLiteral reports whether s is what may stand in brackets: an IPv6 address
// without zone, or one of a version to come.
func isLiteral(s string) bool {
	if len(s) > 0 && (s[0] == 'v' || s[0] == 'V') {
		version, rest, _ := strings.Cut(s[1:], ".")
		return version != "" && only(version, hexDigits) && rest != "" && only(rest, unreserved+subDelims+":")
	}
	ip, err := netip.ParseAddr(s)
	return err == nil && ip.Is6() && ip.Zone() == ""
}
