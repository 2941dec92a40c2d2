package actions

import (
	"embed"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
)

//go:embed known/*.txt
var knownFiles embed.FS

// Token is a token that is known by its exact address.
type Token struct {
	ChainID  uint64
	Address  string // 0x…
	Symbol   string
	Decimals int
	NFT      bool // an amount is the number of a token
}

// Known is what addresses are called: contracts and tokens, by chain and exact
// address. Only an exact match gets a name. The zero value knows the embedded
// list.
type Known struct {
	names  map[place]string
	tokens map[place]Token
}

// place is an address on a chain; chain 0 = the same on every chain.
type place struct {
	chain   uint64
	address common.Address
}

// named is an embedded address.
type named struct {
	name   string
	bridge uint64 // messages that it takes go to this chain, 0 = it is no bridge
}

// listing is the embedded list.
type listing struct {
	names   map[place]named
	tokens  map[place]Token
	symbols map[uint64]map[string]common.Address
}

// embedded is read once; a test reads every line.
var embedded = sync.OnceValue(func() *listing { //nolint:gochecknoglobals // read once, never written
	l, err := readListing()
	if err != nil {
		panic(err)
	}
	return l
})

// NewKnown adds governors, their timelocks and tokens, and further tokens to
// the embedded list. A token that has the symbol of an embedded one and
// another address loses its symbol.
func NewKnown(governors []governance.Governor, tokens []Token) Known {
	k := Known{names: map[place]string{}, tokens: map[place]Token{}}
	for _, g := range governors {
		dao := short(g.DAOName, 40)
		if dao == "" {
			dao = short(g.Name, 40)
		}
		k.name(g.Chain, g.Address, dao+" governor")
		if g.Timelock != nil {
			k.name(g.Chain, g.Timelock.Address, dao+" timelock")
		}
		k.token(Token{ChainID: g.Chain, Address: g.Token.Address, Symbol: g.Token.Symbol, Decimals: g.Token.Decimals, NFT: g.Token.NFT})
	}
	for _, t := range tokens {
		k.token(t)
	}
	return k
}

func (k Known) name(chain uint64, address, name string) {
	if !common.IsHexAddress(address) || address[:2] != "0x" {
		return
	}
	at := place{chain, common.HexToAddress(address)}
	if _, taken := k.names[at]; !taken && at.address != (common.Address{}) {
		k.names[at] = strings.TrimSpace(name)
	}
}

func (k Known) token(t Token) {
	at := place{t.ChainID, common.HexToAddress(t.Address)}
	if !common.IsHexAddress(t.Address) || at.address == (common.Address{}) {
		return
	}
	t.Symbol = short(t.Symbol, 16)
	if first, ok := embedded().symbols[t.ChainID][strings.ToUpper(t.Symbol)]; ok && first != at.address {
		t.Symbol = ""
	}
	k.tokens[at] = t
}

// Name is what the address is called, "" = not known.
func (k Known) Name(chain uint64, address string) string {
	return k.nameOf(chain, common.HexToAddress(address))
}

func (k Known) nameOf(chain uint64, address common.Address) string {
	l := embedded()
	for _, at := range [...]place{{chain, address}, {0, address}} {
		if n, ok := l.names[at]; ok {
			return n.name
		}
	}
	if name := k.names[place{chain, address}]; name != "" {
		return name
	}
	if t, ok := k.tokenOf(chain, address); ok && t.Symbol != "" {
		return t.Symbol + " token"
	}
	return ""
}

// Token returns the token at the address.
func (k Known) Token(chain uint64, address string) (Token, bool) {
	return k.tokenOf(chain, common.HexToAddress(address))
}

func (k Known) tokenOf(chain uint64, address common.Address) (Token, bool) {
	if t, ok := embedded().tokens[place{chain, address}]; ok {
		return t, true
	}
	t, ok := k.tokens[place{chain, address}]
	return t, ok
}

// Addresses lists what is known on a chain, in lower case.
func (k Known) Addresses(chain uint64) []string {
	var list []string
	add := func(at place) {
		if at.chain == chain || at.chain == 0 {
			list = append(list, "0x"+common.Bytes2Hex(at.address[:]))
		}
	}
	l := embedded()
	for at := range l.names {
		add(at)
	}
	for at := range l.tokens {
		add(at)
	}
	for at := range k.names {
		add(at)
	}
	for at := range k.tokens {
		add(at)
	}
	return list
}

// bridgeTo is the chain to which a bridge's messages go, 0 = not known.
func bridgeTo(chain uint64, address common.Address) uint64 {
	return embedded().names[place{chain, address}].bridge
}

// isMultiSend: the contract is one of Safe's that make several calls in one.
func (l *listing) isMultiSend(chain uint64, address common.Address) bool {
	for _, at := range [...]place{{chain, address}, {0, address}} {
		if strings.HasPrefix(l.names[at].name, "MultiSend") {
			return true
		}
	}
	return false
}

func readListing() (*listing, error) {
	l := &listing{names: map[place]named{}, tokens: map[place]Token{}, symbols: map[uint64]map[string]common.Address{}}
	for file, add := range map[string]func([]string) error{"known/names.txt": l.addName, "known/tokens.txt": l.addToken} {
		text, err := knownFiles.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("the list of known addresses: %w", err)
		}
		for n, line := range strings.Split(string(text), "\n") {
			words := strings.Fields(line)
			if len(words) == 0 || words[0][0] == '#' {
				continue
			}
			if err := add(words); err != nil {
				return nil, fmt.Errorf("%s line %d: %w", file, n+1, err)
			}
		}
	}
	return l, nil
}

// knownPlace reads "1 0x…"; the address must be in EIP-55, so that a slip of
// the pen cannot name a stranger.
func knownPlace(words []string) (place, error) {
	if len(words) < 3 {
		return place{}, fmt.Errorf("a line has a chain, an address and a name")
	}
	chain, err := strconv.ParseUint(words[0], 10, 53)
	if err != nil {
		return place{}, fmt.Errorf("the chain: %w", err)
	}
	address := common.HexToAddress(words[1])
	if address.Hex() != words[1] {
		return place{}, fmt.Errorf("%s is not in EIP-55", words[1])
	}
	return place{chain, address}, nil
}

// addName reads "1 0x… [>42161] Arbitrum One inbox".
func (l *listing) addName(words []string) error {
	at, err := knownPlace(words)
	if err != nil {
		return err
	}
	n := named{}
	rest := words[2:]
	if chain, ok := strings.CutPrefix(rest[0], ">"); ok {
		if n.bridge, err = strconv.ParseUint(chain, 10, 53); err != nil {
			return fmt.Errorf("the bridge's chain: %w", err)
		}
		rest = rest[1:]
	}
	n.name = strings.Join(rest, " ")
	if old, twice := l.names[at]; twice {
		return fmt.Errorf("%s is %q already", words[1], old.name)
	}
	l.names[at] = n
	return nil
}

// addToken reads "1 0x… USDC 6", or "nft" for the decimals.
func (l *listing) addToken(words []string) error {
	at, err := knownPlace(words)
	if err != nil {
		return err
	}
	if len(words) != 4 {
		return fmt.Errorf("a token has a symbol and decimals")
	}
	t := Token{ChainID: at.chain, Address: words[1], Symbol: words[2], NFT: words[3] == "nft"}
	if !t.NFT {
		if t.Decimals, err = strconv.Atoi(words[3]); err != nil {
			return fmt.Errorf("the decimals: %w", err)
		}
	}
	if l.symbols[at.chain] == nil {
		l.symbols[at.chain] = map[string]common.Address{}
	}
	symbol := strings.ToUpper(t.Symbol)
	if _, twice := l.symbols[at.chain][symbol]; twice {
		return fmt.Errorf("the symbol %s is there twice", t.Symbol)
	}
	l.symbols[at.chain][symbol], l.tokens[at] = at.address, t
	return nil
}
