package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"

	"github.com/uptrace/bun"

	"mandate/governance"
)

// maxNodes is how many nodes may be chosen for one chain.
const maxNodes = 20

// node is a chosen node as it is stored.
type node struct {
	chain, place int64
	url          string
}

func nodePlace(chain, place int64) string { return fmt.Sprintf("node|%d|%d", chain, place) }

// ChooseNode adds a node that the owners chose for a chain; it stays if it is
// there already. by is who chose. Invalid for what is no http URL, or one too
// many.
func (s *Store) ChooseNode(ctx context.Context, chain uint64, address, by string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || len(address) > 2000 || cleanText(address) != address {
		return governance.Errorf(governance.Invalid, "The address of a node looks like https://host/path.") // without the cause, which quotes it
	}
	return s.fail(s.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		nodes, err := s.nodes(tx.Tx.QueryContext(ctx, s.sql(`SELECT chain, place, url FROM rpc_nodes WHERE chain = ? ORDER BY place`), int64(chain)))
		if err != nil {
			return err
		}
		next := int64(1)
		for _, n := range nodes {
			if n.url == address {
				return nil
			}
			next = n.place + 1
		}
		if len(nodes) >= maxNodes {
			return governance.Errorf(governance.Invalid, "At most %d nodes can be chosen for one chain.", maxNodes)
		}
		_, err = tx.Tx.ExecContext(ctx, s.sql(`INSERT INTO rpc_nodes (chain, place, url, chosen_by, made) VALUES (?, ?, ?, ?, ?)`),
			int64(chain), next, s.seal([]byte(address), nodePlace(int64(chain), next)), accountKey(by), toUnix(s.now()))
		return err
	}), "store a node")
}

// ForgetNode removes a chosen node. NotFound if it is not there.
func (s *Store) ForgetNode(ctx context.Context, chain uint64, address string) error {
	return s.fail(s.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		nodes, err := s.nodes(tx.Tx.QueryContext(ctx, s.sql(`SELECT chain, place, url FROM rpc_nodes WHERE chain = ? ORDER BY place`), int64(chain)))
		if err != nil {
			return err
		}
		for _, n := range nodes {
			if n.url == address {
				_, err := tx.Tx.ExecContext(ctx, s.sql(`DELETE FROM rpc_nodes WHERE chain = ? AND place = ?`), n.chain, n.place)
				return err
			}
		}
		return governance.Errorf(governance.NotFound, "This node was not chosen here.")
	}), "remove a node")
}

// ChosenNodes returns the URLs of the chosen nodes by chain, in the order in
// which they were chosen. Denied means that the secret does not fit.
func (s *Store) ChosenNodes(ctx context.Context) (map[uint64][]string, error) {
	nodes, err := s.nodes(s.read.DB.QueryContext(ctx, `SELECT chain, place, url FROM rpc_nodes ORDER BY chain, place`))
	if err != nil {
		return nil, s.fail(err, "list nodes")
	}
	out := map[uint64][]string{}
	for _, n := range nodes {
		out[uint64(n.chain)] = append(out[uint64(n.chain)], n.url)
	}
	return out, nil
}

func (s *Store) nodes(rows *sql.Rows, err error) ([]node, error) {
	return collect(rows, err, func(rows *sql.Rows) (n node, err error) {
		var sealed, text []byte
		if err = rows.Scan(&n.chain, &n.place, &sealed); err == nil {
			text, err = s.unseal(sealed, nodePlace(n.chain, n.place))
		}
		n.url = string(text)
		return n, err
	})
}
