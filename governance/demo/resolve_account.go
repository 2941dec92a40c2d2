package demo

import (
	"errors"

	"github.com/ethereum/go-ethereum/common"
	"github.com/vektah/gqlparser/v2/ast"
)

func (e *exec) listAliases(dst []byte, f *ast.Field, args map[string]any) ([]byte, error) {
	p, err := e.readPage(args, 1000, 5000)
	if err != nil {
		return dst, err
	}
	cols := aliasColumns()
	tests, err := cols.compile(p.where, e.now)
	if err != nil {
		return dst, err
	}
	less := by(cols.number["created"], func(a *Alias) string { return a.ID }, p.asc, false)
	return list(e, dst, f, choose(e.ix.aliases, tests, p, less, false), func(dst []byte, a *Alias) ([]byte, error) {
		return e.value(dst, jsonValues(a), f.SelectionSet), nil
	})
}

func (e *exec) listMessages(dst []byte, f *ast.Field, args map[string]any) ([]byte, error) {
	p, err := e.readPage(args, 1000, 5000)
	if err != nil {
		return dst, err
	}
	if p.orderBy != "mci" {
		p.orderBy = "timestamp"
	}
	cols := messageColumns()
	tests, err := cols.compile(p.where, e.now)
	if err != nil {
		return dst, err
	}
	less := by(cols.number[p.orderBy], func(m *Message) string { return m.ID }, p.asc, false)
	return list(e, dst, f, choose(e.ix.messages, tests, p, less, false), func(dst []byte, m *Message) ([]byte, error) {
		return e.value(dst, jsonValues(m), f.SelectionSet), nil
	})
}

func aliasColumns() columns[*Alias] {
	return columns[*Alias]{
		text: map[string]func(*Alias) string{
			"id": func(a *Alias) string { return a.ID }, "ipfs": func(a *Alias) string { return a.IPFS },
			"address": func(a *Alias) string { return a.Address }, "alias": func(a *Alias) string { return a.Alias },
		},
		number: map[string]func(*Alias) (float64, bool){
			"created": func(a *Alias) (float64, bool) { return float64(a.Created), true },
		},
		address: map[string]string{"address": "Invalid addresses in address", "alias": "Invalid addresses in alias"},
	}
}

func messageColumns() columns[*Message] {
	return columns[*Message]{
		text: map[string]func(*Message) string{
			"id": func(m *Message) string { return m.ID }, "address": func(m *Message) string { return m.Address },
			"space": func(m *Message) string { return m.Space }, "type": func(m *Message) string { return m.Type },
		},
		number: map[string]func(*Message) (float64, bool){
			"mci":       func(m *Message) (float64, bool) { return float64(m.MCI), true },
			"timestamp": func(m *Message) (float64, bool) { return float64(m.Timestamp), true },
		},
		address: map[string]string{"address": "Invalid addresses in address"},
	}
}

// votingPower answers for the proposal's block, or for today without one.
func (e *exec) votingPower(dst []byte, f *ast.Field, args map[string]any) ([]byte, error) {
	voter, _ := args["voter"].(string)
	space, _ := args["space"].(string)
	id, _ := args["proposal"].(string)
	switch {
	case voter == "" || space == "":
		return dst, errors.New("missing argument")
	case !common.IsHexAddress(voter):
		return dst, errors.New("invalid address")
	case e.ix.bySpace[space] == nil || e.ix.bySpace[space].gone:
		return dst, errors.New("space not found")
	}
	var p *Proposal
	state := "pending"
	if id != "" {
		if p = e.byID[id]; p == nil || p.Space != space {
			return dst, errors.New("proposal not found")
		}
		state = powerState(p, e.now)
	}
	power := e.w.powerLocked(space, voter, p)
	return e.value(dst, map[string]any{"vp": sum(power), "vp_by_strategy": power, "vp_state": state}, f.SelectionSet), nil
}
