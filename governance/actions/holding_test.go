package actions

import (
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance/governancetest/govkit"
)

// answering is code that answers symbol() and everything else as told: a
// length of memory whose third word begins with the symbol, or one number.
func answering(symbol string, size int, number []byte) []byte {
	// selector == symbol() ? goto 0x40 : MSTORE(0, number) RETURN(0, 32)
	code := common.FromHex("5f3560e01c6395d89b4114604057")
	code = append(code, byte(0x5f+len(number)))
	code = append(code, number...)
	code = append(code, common.FromHex("5f5260205ff3")...)
	for len(code) < 0x40 {
		code = append(code, 0)
	}
	// MSTORE(0, 32) MSTORE(32, size) MSTORE(64, symbol) RETURN(0, 64+size)
	code = append(code, common.FromHex("5b60205f52")...)
	code = append(code, 0x62, byte(size>>16), byte(size>>8), byte(size), 0x60, 0x20, 0x52, 0x7f)
	code = append(code, common.RightPadBytes([]byte(symbol), 32)...)
	whole := size + 64
	code = append(code, 0x60, 0x40, 0x52, 0x62, byte(whole>>16), byte(whole>>8), byte(whole), 0x5f, 0xf3)
	return code
}

// Tokens lie about their symbols and decimals.
func TestHostileTokens(t *testing.T) {
	r := newRig(t, govkit.OZ5)
	minus := common.FromHex("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")
	cases := []struct {
		name     string
		code     []byte
		symbol   string
		decimals int // -1 = not believed
	}{
		{"honest", answering("KIT", 3, []byte{18}), "KIT", 18},
		{"no decimals", answering("NFT", 3, []byte{0}), "NFT", 0},
		{"255 decimals", answering("BIG", 3, []byte{255}), "", -1},
		{"negative decimals", answering("NEG", 3, minus), "", -1},
		{"37 decimals", answering("MUCH", 4, []byte{37}), "", -1},
		{"a symbol of a megabyte", answering("HUGE", 1<<20, []byte{18}), "HUGE", 18},
		{"another's symbol", answering("USDC", 4, []byte{6}), "", 6},
		{"another's symbol in small letters", answering("usdc", 4, []byte{6}), "", 6},
		{"markup", answering("<b>\u202eX\n</b>", 14, []byte{18}), "bXb", 18},
		{"refuses", common.FromHex("5f5ffd"), "", -1},
		{"no code", nil, "", -1},
	}
	var addresses []string
	for i, c := range cases {
		at := common.BigToAddress(new(big.Int).Lsh(big.NewInt(0x7e57_0000_0000+int64(i)), 64))
		r.put(t, at, c.code)
		addresses = append(addresses, at.Hex())
	}
	n := r.look.Nodes
	found, err := readTokens(t.Context(), n, 1, r.Head(), addresses, Known{})
	if err != nil {
		t.Fatal(err)
	}
	known := NewKnown(nil, found)
	for i, c := range cases {
		token, ok := known.Token(1, addresses[i])
		if ok != (c.decimals >= 0) || ok && (token.Symbol != c.symbol || token.Decimals != c.decimals) {
			t.Errorf("%s: %v %+v", c.name, ok, token)
		}
	}
	held, err := treasury(t.Context(), n, 1, r.Head(), r.Timelock.Hex(), append(addresses, r.Stablecoin.Hex()), known)
	if err != nil || held[0].Symbol != "ETH" || held[0].Amount != "100000000000000000000" {
		t.Fatal(held, err)
	}
	for _, h := range held {
		if h.USD != 0 {
			t.Errorf("a token is priced by what it calls itself: %+v", h)
		}
	}
	if last := held[len(held)-1]; last.Amount != "1000000000000" {
		t.Errorf("%+v", last)
	}
	// The list's own token, at its own address, is worth dollars.
	usdc := "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
	r.put(t, common.HexToAddress(usdc), answering("USDC", 4, common.FromHex("0f4240")))
	held, err = treasury(t.Context(), n, 1, r.Head(), r.Timelock.Hex(), []string{usdc}, known)
	if err != nil || len(held) != 2 || held[1].USD != 1 || held[1].Symbol != "USDC" {
		t.Errorf("%+v %v", held, err)
	}
}
