package siwe

import (
	"mandate/governance"
	"mandate/governance/ballot"
)

// part names what a line holds.
type part int

const (
	partOrigin part = iota
	partAddress
	partBlank
	partStatement
	partURI
	partVersion
	partChainID
	partNonce
	partTime
	partRequest
	partResources
)

// fault is a field that does not hold.
type fault struct {
	part   part
	offset int // lines below the part's own: resources
	words  string
}

// Check reports whether the fields make a message that EIP-4361 allows. Its
// error is Invalid and says which field does not. Whether the message is the
// one that was asked for, and in time, is Verify's question.
func (m Message) Check() error {
	if f := m.fault(); f != nil {
		return governance.Errorf(governance.Invalid, "The sign-in message is wrong: %s.", f.words)
	}
	_, err := Parse(m.String()) // its size, and times that no text can say
	return err
}

func (m Message) fault() *fault {
	checksummed, err := ballot.Checksum(m.Address)
	switch {
	case m.Scheme != "" && !isScheme(m.Scheme):
		return &fault{part: partOrigin, words: "the scheme is not one of RFC 3986"}
	case !isDomain(m.Domain):
		return &fault{part: partOrigin, words: "the domain is not an authority of RFC 3986"}
	case err != nil || checksummed != m.Address:
		return &fault{part: partAddress, words: "the address does not have the checksum of EIP-55"}
	case !only(m.Statement, unreserved+subDelims+genDelims+" "):
		return &fault{part: partStatement, words: "the statement has characters that EIP-4361 does not allow"}
	case !isURI(m.URI):
		return &fault{part: partURI, words: "the URI is not one of RFC 3986"}
	case m.Version != "1":
		return &fault{part: partVersion, words: "the version is not 1"}
	case m.ChainID == 0:
		return &fault{part: partChainID, words: "there is no chain 0"}
	case len(m.Nonce) < 8 || !only(m.Nonce, letters+digits):
		return &fault{part: partNonce, words: "the nonce is not made of at least 8 letters and digits"}
	case m.IssuedAt.IsZero():
		return &fault{part: partTime, words: "it does not say when it was issued"}
	case m.RequestID != nil && !encoded(*m.RequestID, pchar):
		return &fault{part: partRequest, words: "the request id has characters that EIP-4361 does not allow"}
	}
	for i, r := range m.Resources {
		if !isURI(r) {
			return &fault{part: partResources, offset: i + 1, words: "the resource is not a URI of RFC 3986"}
		}
	}
	return nil
}
