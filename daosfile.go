package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"

	"mandate/governance"
	"mandate/governance/ballot"
)

// maxDAOsFile bounds the file of more DAOs, in bytes.
const maxDAOsFile = 4 << 20

// daoRow is a governor in the file of more DAOs. Other fields are left alone:
// what they say is found out on the chain.
type daoRow struct {
	Name       string `json:"name"`
	Chain      uint64 `json:"chainId"`
	Governor   string `json:"governor"`
	StartBlock uint64 `json:"startBlock"`
	Space      string `json:"snapshotSpace"`
}

// daosFile reads a file of governors: a list of rows, or an object that has
// it under "daos".
func (p *parser) daosFile(name string) []governance.Governor {
	path := p.raw[name]
	if path == "" {
		return nil
	}
	info, err := os.Stat(path)
	if err == nil && info.Size() > maxDAOsFile {
		p.fault(name, "names %s, which is larger than %d MiB", path, maxDAOsFile>>20)
		return nil
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		p.fault(name, "names %s, which cannot be read", path)
		return nil
	}
	rows, err := daoRows(raw)
	if err != nil {
		p.fault(name, "names %s, which is not a JSON list of DAOs: %v", path, err)
		return nil
	}
	var out []governance.Governor
	for i, row := range rows {
		g, err := row.governor()
		if err != nil {
			p.fault(name, "row %d (%s): %s", i+1, row.Name, governance.MessageOf(err))
			continue
		}
		out = append(out, g)
	}
	return out
}

func daoRows(raw []byte) (rows []daoRow, err error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) > 0 && raw[0] == '[' {
		return rows, json.Unmarshal(raw, &rows)
	}
	var file struct {
		DAOs []daoRow `json:"daos"`
	}
	err = json.Unmarshal(raw, &file)
	return file.DAOs, err
}

// governor checks a row. It returns Invalid errors.
func (r daoRow) governor() (governance.Governor, error) {
	address, err := ballot.Checksum(r.Governor)
	if err != nil {
		return governance.Governor{}, err
	}
	if r.Chain == 0 {
		return governance.Governor{}, governance.Errorf(governance.Invalid, "The chain's id is missing.")
	}
	g := governance.Governor{ID: governance.GovernorID(r.Chain, address), Chain: r.Chain, Address: address,
		DAO: strings.TrimSpace(r.Space), DAOName: strings.TrimSpace(r.Name), StartBlock: r.StartBlock, Listed: true}
	return g, nil
}
