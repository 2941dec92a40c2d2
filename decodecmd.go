package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"mandate/governance"
	"mandate/governance/actions"
	"mandate/governance/ballot"
)

type decodeCommand struct {
	JSON bool   `help:"Print actions and findings as JSON."`
	File string `arg:"" help:"JSON: chain_id, governor, targets, values, signatures, calldatas, description; - = standard input."`
}

// Run decodes calls and applies the rules, without network.
func (d decodeCommand) Run(ctx context.Context, p program) error {
	in := p.stdin
	if d.File != "-" {
		f, err := os.Open(d.File)
		if err != nil {
			return governance.Wrap(governance.Invalid, err, "%s cannot be opened", d.File)
		}
		defer func() { _ = f.Close() }() // only read
		in = f
	}
	doc, err := actions.ReadInput(in)
	if err != nil {
		return err
	}
	proposal := proposalOf(doc)
	found, err := actions.Inspector{Now: time.Now}.Inspect(ctx, actions.Subject{Proposal: &proposal})
	if err != nil {
		return err
	}
	if !d.JSON {
		printActions(p.stdout, found.Actions, "")
		for _, f := range found.Findings {
			fmt.Fprintf(p.stdout, "%s, %s: %s. %s\n", f.Severity, f.Rule, f.Title, f.Detail)
		}
		return nil
	}
	enc := json.NewEncoder(p.stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(struct {
		Actions  []governance.Action  `json:"actions"`
		Findings []governance.Finding `json:"findings"`
	}{append([]governance.Action{}, found.Actions...), append([]governance.Finding{}, found.Findings...)})
}

// proposalOf is the document as a proposal of its governor. Without one the
// calls are judged as if nobody's own contracts were known.
func proposalOf(d actions.Document) governance.Proposal {
	id := d.Governor
	if !strings.HasPrefix(id, "eip155:") {
		address := d.Governor
		if address == "" {
			address = ballot.Zero
		}
		id = governance.GovernorID(d.ChainID, address)
	}
	title, body, _ := strings.Cut(strings.TrimSpace(d.Description), "\n")
	return governance.Proposal{Ref: governance.GovernorRef(id, "0"), Title: strings.TrimSpace(strings.TrimLeft(title, "# ")), Body: strings.TrimSpace(body),
		OnChain: &governance.OnChain{Governor: strings.ToLower(id), Calls: d.Calls}}
}

func printActions(w io.Writer, list []governance.Action, indent string) {
	for i := range list {
		a := &list[i]
		fmt.Fprintf(w, "%s%d. %s\n", indent, i+1, a.Sentence)
		if len(a.Unverified) > 0 {
			fmt.Fprintf(w, "%s   Not verified: %s\n", indent, strings.Join(a.Unverified, "; "))
		}
		printActions(w, a.Nested, indent+"   ")
	}
}
