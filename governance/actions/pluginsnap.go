package actions

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"mandate/governance"
)

// snapSafe is one Safe of SafeSnap's plugin; the old form has its fields at
// the top.
type snapSafe struct {
	Network json.RawMessage   `json:"network"`
	Reality string            `json:"realityAddress"`
	UMA     string            `json:"umaAddress"`
	Safe    string            `json:"safeAddress"`
	Hash    string            `json:"hash"`
	Txs     []json.RawMessage `json:"txs"`
}

// safeSnap reads {"safes":[…]} and the old {"txs":[…]}.
func (p *pluginReader) safeSnap(raw json.RawMessage) error {
	var snap struct {
		Safes []snapSafe `json:"safes"`
		snapSafe
	}
	if err := json.Unmarshal(raw, &snap); err != nil {
		return errors.New("it has another form than SafeSnap's")
	}
	if len(snap.Txs) > 0 {
		snap.Safes = append(snap.Safes, snap.snapSafe)
	}
	var faults []error
	for _, s := range snap.Safes {
		if err := p.snapSafe(s); err != nil {
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}

func (p *pluginReader) snapSafe(s snapSafe) error {
	if len(s.Txs) == 0 {
		return nil
	}
	chain, err := readChain(s.Network, p.network)
	if err != nil {
		return err
	}
	b := Batch{ChainID: chain, Safe: listed(s.Safe), Module: listed(s.Reality), Hash: short(s.Hash, 66)}
	if b.Module == "" {
		b.Module = listed(s.UMA)
	}
	// The oldest form is a flat list of transactions: one batch.
	if first := bytes.TrimSpace(s.Txs[0]); first[0] == '{' && !bytes.Contains(first, []byte(`"transactions"`)) && !bytes.Contains(first, []byte(`"mainTransaction"`)) {
		return p.snapList(b, s.Txs)
	}
	var faults []error
	for _, raw := range s.Txs {
		if err := p.snapBatch(b, raw); err != nil {
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}

// snapBatch reads one batch: a list of transactions, or an object with what is
// shown (transactions) and what runs (mainTransaction).
func (p *pluginReader) snapBatch(b Batch, raw json.RawMessage) error {
	if raw = bytes.TrimSpace(raw); len(raw) > 0 && raw[0] == '[' {
		var list []json.RawMessage
		if err := json.Unmarshal(raw, &list); err != nil {
			return errors.New("a batch is not a list")
		}
		return p.snapList(b, list)
	}
	var o struct {
		Hash string            `json:"hash"`
		Main *pluginTx         `json:"mainTransaction"`
		Txs  []json.RawMessage `json:"transactions"`
	}
	if err := json.Unmarshal(raw, &o); err != nil {
		return errors.New("a batch is neither a list nor an object")
	}
	b.Hash = short(o.Hash, 66)
	shown, err := readTxs(o.Txs)
	if err != nil || o.Main == nil {
		return errors.Join(err, p.add(b.with(shown)))
	}
	main, err := o.Main.read()
	if err != nil {
		return errors.Join(fmt.Errorf("the main transaction: %w", err), p.add(b.with(shown)))
	}
	if len(shown) == 1 && main.same(shown[0]) || main.operation == 1 && bytes.Equal(main.data, multiSendData(shown)) && embedded().isMultiSend(b.ChainID, main.to) {
		return p.add(b.with(shown))
	}
	if err := p.add(b.with([]safeTx{main})); err != nil || len(shown) == 0 {
		return err
	}
	return errors.New("the transactions that are shown are not those of the main transaction, which is what runs")
}

func (p *pluginReader) snapList(b Batch, list []json.RawMessage) error {
	txs, err := readTxs(list)
	return errors.Join(err, p.add(b.with(txs)))
}

// readTxs reads transactions up to the first that cannot be read.
func readTxs(list []json.RawMessage) ([]safeTx, error) {
	if len(list) > maxBatch {
		return nil, errors.New("there are too many transactions")
	}
	txs := make([]safeTx, 0, len(list))
	for i, raw := range list {
		var t pluginTx
		if err := json.Unmarshal(raw, &t); err != nil {
			return txs, fmt.Errorf("%s is no transaction", txName(i))
		}
		tx, err := t.read()
		if err == nil && len(t.Formatted) > 0 && string(t.Formatted) != "null" {
			tx, err = formatted(t.Formatted, tx)
		}
		if err != nil {
			return txs, fmt.Errorf("%s: %w", txName(i), err)
		}
		txs = append(txs, tx)
	}
	return txs, nil
}

// formatted reads oSnap's [to, operation, value, data], which is what runs.
func formatted(raw json.RawMessage, shown safeTx) (safeTx, error) {
	var parts []json.RawMessage
	if err := json.Unmarshal(raw, &parts); err != nil || len(parts) != 4 {
		return shown, errors.New("its formatted form is not a list of four")
	}
	t := pluginTx{Operation: parts[1], Value: parts[2], Data: parts[3]}
	if err := json.Unmarshal(parts[0], &t.To); err != nil {
		return shown, errors.New("its formatted form has no target")
	}
	runs, err := t.read()
	if err != nil {
		return shown, fmt.Errorf("its formatted form: %w", err)
	}
	if !runs.same(shown) {
		return runs, errors.New("what is shown is not what runs")
	}
	return runs, nil
}

func (b Batch) with(list []safeTx) Batch {
	b.Calls = make([]governance.Call, 0, len(list))
	at := b.Safe
	if at == "" {
		at = b.Module
	}
	for _, t := range list {
		b.Calls = append(b.Calls, t.call(at))
	}
	return b
}

// osnapSafe is one Safe of oSnap's plugin.
type osnapSafe struct {
	Network json.RawMessage   `json:"network"`
	ChainID json.RawMessage   `json:"chainId"`
	Safe    string            `json:"safeAddress"`
	Module  string            `json:"moduleAddress"`
	Txs     []json.RawMessage `json:"transactions"`
}

// oSnap reads {"safe":{…}} and {"safes":[…] or {address: …}}.
func (p *pluginReader) oSnap(raw json.RawMessage) error {
	var snap struct {
		Safe  *osnapSafe      `json:"safe"`
		Safes json.RawMessage `json:"safes"`
	}
	if err := json.Unmarshal(raw, &snap); err != nil {
		return errors.New("it has another form than oSnap's")
	}
	var safes []osnapSafe
	if snap.Safe != nil {
		safes = append(safes, *snap.Safe)
	}
	if list := bytes.TrimSpace(snap.Safes); len(list) > 0 && string(list) != "null" {
		more, err := osnapSafes(list)
		if err != nil {
			return err
		}
		safes = append(safes, more...)
	}
	var faults []error
	for _, s := range safes {
		if err := p.osnapSafe(s); err != nil {
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}

func osnapSafes(raw json.RawMessage) ([]osnapSafe, error) {
	var list []osnapSafe
	if raw[0] == '[' {
		if err := json.Unmarshal(raw, &list); err != nil {
			return nil, errors.New("its Safes are no list")
		}
		return list, nil
	}
	var byAddress map[string]osnapSafe
	if err := json.Unmarshal(raw, &byAddress); err != nil {
		return nil, errors.New("its Safes are no list")
	}
	for _, address := range sortedKeys(byAddress) {
		list = append(list, byAddress[address])
	}
	return list, nil
}

func (p *pluginReader) osnapSafe(s osnapSafe) error {
	if len(s.Txs) == 0 {
		return nil
	}
	network := s.Network
	if len(s.ChainID) > 0 {
		network = s.ChainID
	}
	chain, err := readChain(network, p.network)
	if err != nil {
		return err
	}
	txs, err := readTxs(s.Txs)
	return errors.Join(err, p.add(Batch{ChainID: chain, Safe: listed(s.Safe), Module: listed(s.Module)}.with(txs)))
}
