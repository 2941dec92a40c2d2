// Package devchain is the demo's chain: go-ethereum's own node inside the
// program, with nothing but JSON-RPC over HTTP on loopback. It has the
// contracts that delegation on Snapshot needs at their real addresses, a votes
// token, contract wallets and names, all practice.
//
// It links the whole node, so nothing but the program's demo and tests may
// import it.
package devchain

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/rawdb"
	"github.com/ethereum/go-ethereum/eth"
	"github.com/ethereum/go-ethereum/eth/catalyst"
	"github.com/ethereum/go-ethereum/eth/ethconfig"
	"github.com/ethereum/go-ethereum/eth/filters"
	"github.com/ethereum/go-ethereum/node"
	"github.com/ethereum/go-ethereum/p2p"
	"github.com/ethereum/go-ethereum/rpc"
)

// blocksBefore is how many blocks there are at the start, a second apart: what
// the genesis wrote is final (64 blocks deep) at once.
const blocksBefore = 70

// OnlyByHand is a Config.BlockEvery that makes blocks only at Commit.
const OnlyByHand time.Duration = -1

// Config says which chain to start. Addresses are hex text in any case.
type Config struct {
	ChainID uint64 // 0 = 1, the main network's
	// BlockEvery is the time between blocks; 0 makes a block when a transaction
	// comes in.
	BlockEvery time.Duration
	Fund       []string          // accounts that get 1,000 ETH and 1,000 tokens each
	Safes      map[string]string // contract wallets → their owners; 10 ETH and 1,000 tokens each
	Names      map[string]string // such as holder.practice.eth → its address; lower case
	// Members gives the chain three DAOs with a history of forty days, in which
	// these accounts have tokens. Without members there are none.
	Members []Member
}

// Chain is a running chain.
type Chain struct {
	node   *node.Node
	eth    *eth.Ethereum
	beacon *catalyst.SimulatedBeacon
	client *rpc.Client

	world *world // nil without members

	mu    sync.Mutex // one block at a time
	ended bool

	stop context.CancelFunc
	done chan struct{} // closed when all has ended
	err  error         // of the end; read after done
}

// Start starts a chain. It lives until Close, or until ctx ends.
func Start(ctx context.Context, cfg Config) (*Chain, error) {
	p, err := newPlan(cfg)
	if err != nil {
		return nil, fmt.Errorf("practice chain: %w", err)
	}
	c := &Chain{done: make(chan struct{})}
	if err = c.open(p); err != nil {
		return nil, errors.Join(fmt.Errorf("practice chain: %w", err), c.end())
	}
	ctx, c.stop = context.WithCancel(ctx)
	arrived := make(chan common.Hash, 64)
	if cfg.BlockEvery == 0 {
		if _, err = c.client.EthSubscribe(ctx, arrived, "newPendingTransactions"); err != nil {
			c.stop()
			return nil, errors.Join(fmt.Errorf("practice chain: %w", err), c.end())
		}
	}
	go c.run(ctx, cfg.BlockEvery, arrived)
	return c, nil
}

// open starts the node and makes the first blocks.
func (c *Chain) open(p plan) error {
	genesis, err := p.genesis(time.Now().Add(-p.before()))
	if err != nil {
		return err
	}
	conf := nodeConfig()
	if c.node, err = node.New(&conf); err != nil {
		return fmt.Errorf("make a node: %w", err)
	}
	settings := ethConfig()
	settings.Genesis = genesis
	if c.eth, err = eth.New(c.node, &settings); err != nil {
		return fmt.Errorf("make a chain: %w", err)
	}
	c.node.RegisterAPIs([]rpc.API{{
		Namespace: "eth",
		Service:   filters.NewFilterAPI(filters.NewFilterSystem(c.eth.APIBackend, filters.Config{})),
	}})
	if err = c.node.Start(); err != nil {
		return fmt.Errorf("start the node: %w", err)
	}
	c.client = c.node.Attach()
	if err = p.world.write(c.eth.BlockChain(), c.eth.ChainDb(), blocksBefore-1); err != nil {
		return err
	}
	if c.beacon, err = catalyst.NewSimulatedBeacon(0, common.Address{}, c.eth); err != nil {
		return fmt.Errorf("make blocks: %w", err)
	}
	// The last one says which blocks are final.
	if err = c.beacon.AdjustTime(time.Second); err != nil {
		return fmt.Errorf("make the first blocks: %w", err)
	}
	c.world = p.world
	return nil
}

// nodeConfig is a node without a disk, without peers, and with HTTP at a free
// port of loopback.
func nodeConfig() node.Config {
	conf := node.DefaultConfig
	conf.DataDir, conf.IPCPath = "", ""
	conf.KeyStoreDir = "." // nothing is kept there; without it the node makes a folder for every start
	conf.P2P = p2p.Config{NoDiscovery: true, NoDial: true}
	conf.HTTPHost, conf.HTTPPort = "127.0.0.1", 0
	conf.HTTPModules = []string{"eth", "net", "web3"}
	return conf
}

// ethConfig keeps every old state, so that power at a block of long ago can be
// read, and little else.
func ethConfig() ethconfig.Config {
	conf := ethconfig.Defaults
	conf.SyncMode = ethconfig.FullSync
	conf.StateScheme, conf.NoPruning = rawdb.HashScheme, true
	conf.TrieCleanCache, conf.TrieDirtyCache, conf.SnapshotCache = 8, 8, 0
	conf.TxPool.NoLocals = true
	conf.LogNoHistory = true // few blocks: logs are searched, not indexed
	return conf
}

// run makes blocks until ctx ends, and then ends the chain.
func (c *Chain) run(ctx context.Context, every time.Duration, arrived <-chan common.Hash) {
	defer close(c.done)
	defer func() { c.err = c.end() }()
	var tick <-chan time.Time
	if every > 0 {
		t := time.NewTicker(every)
		defer t.Stop()
		tick = t.C
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick:
		case <-arrived:
		}
		c.Commit()
	}
}

// URL returns the address of the JSON-RPC.
func (c *Chain) URL() string { return c.node.HTTPEndpoint() }

// Token returns the address of the votes token.
func (c *Chain) Token() string { return Votes }

// Governors lists the DAOs' governors: Basalt, Quill Names, Fenwick. Without
// members there are none.
func (c *Chain) Governors() []Listing { return c.world.listings() }

// Commit makes a block of what is pending. After Close it does nothing.
func (c *Chain) Commit() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ended {
		c.beacon.Commit()
	}
}

// Close ends the chain, and waits until nothing of it runs. Calling it again
// does nothing.
func (c *Chain) Close() error {
	c.stop()
	<-c.done
	return c.err
}

func (c *Chain) end() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended || c.node == nil {
		return nil
	}
	c.ended = true
	if c.client != nil {
		c.client.Close()
	}
	var err error
	if c.beacon != nil {
		err = c.beacon.Stop()
	}
	if err = errors.Join(err, c.node.Close()); err != nil {
		return fmt.Errorf("end the practice chain: %w", err)
	}
	return nil
}
