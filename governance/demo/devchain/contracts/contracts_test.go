package contracts

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi"

	"mandate/governance/governancetest"
)

// The committed bytes are what the sources give.
func TestCompiledAnew(t *testing.T) {
	modules := governancetest.NodeModules(t)
	cmd := exec.Command("node", "build.js")
	cmd.Env = append(os.Environ(), "NODE_MODULES="+modules)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out, file) {
		t.Error("contracts.json is stale: run build.sh")
	}
}

func TestGet(t *testing.T) {
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	for name := range all {
		c, err := Get(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = abi.JSON(bytes.NewReader(c.ABI)); err != nil || !json.Valid(c.ABI) {
			t.Errorf("%s: %v", name, err)
		}
		if len(c.Bytecode) == 0 || len(c.Runtime) > 24576 {
			t.Errorf("%s has %d bytes of code, %d of them on the chain", name, len(c.Bytecode), len(c.Runtime))
		}
	}
	if _, err := Get("Nothing"); err == nil {
		t.Error("an unknown contract is there")
	}
}
