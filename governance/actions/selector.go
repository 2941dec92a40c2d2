package actions

import (
	"encoding/hex"

	"github.com/ethereum/go-ethereum/crypto"
)

// selector names a function: the first four bytes of keccak256 of its
// canonical signature.
type selector [4]byte

func selectorOf(signature string) selector {
	return selector(crypto.Keccak256([]byte(signature))[:4])
}

func (s selector) String() string { return "0x" + hex.EncodeToString(s[:]) }

// roleName is the name of a role hash; the zero hash is DEFAULT_ADMIN_ROLE.
func (r *registry) roleName(hash []byte) string {
	if zero(hash) {
		return "DEFAULT_ADMIN_ROLE"
	}
	return r.roles[string(hash)]
}

// rolesByHash are the roles of AccessControl whose names are hashed.
func rolesByHash() map[string]string {
	roleNames := [...]string{
		"PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE", "TIMELOCK_ADMIN_ROLE", "ADMIN_ROLE", "MINTER_ROLE", "BURNER_ROLE", "PAUSER_ROLE",
		"UNPAUSER_ROLE", "UPGRADER_ROLE", "GOVERNOR_ROLE", "GUARDIAN_ROLE", "MANAGER_ROLE", "OPERATOR_ROLE", "KEEPER_ROLE", "OWNER_ROLE",
		"TREASURY_ROLE", "WITHDRAW_ROLE", "WITHDRAWER_ROLE", "TRANSFER_ROLE", "SNAPSHOT_ROLE", "RESCUER_ROLE", "RELAYER_ROLE", "SIGNER_ROLE",
		"ORACLE_ROLE", "REWARDER_ROLE", "DISTRIBUTOR_ROLE", "STRATEGIST_ROLE", "SETTER_ROLE", "WHITELISTER_ROLE", "FREEZER_ROLE",
		"POOL_ADMIN", "EMERGENCY_ADMIN", "RISK_ADMIN", "FLASH_BORROWER", "BRIDGE", "ASSET_LISTING_ADMIN", "FUNDS_ADMIN", "FUNDS_ADMIN_ROLE",
		"BUCKET_MANAGER_ROLE", "FACILITATOR_MANAGER_ROLE", "MEMBER_ADDER_ROLE", "MEMBER_REPLACER_ROLE", "MEMBER_ROTATOR_ROLE", "MEMBER_REMOVER_ROLE",
		"PAUSE_ROLE", "RESUME_ROLE", "MINT_ROLE", "BURN_ROLE", "DEPOSITOR_ROLE", "CONTROLLER_ROLE", "DEFAULT_ADMIN", "SUPER_ADMIN_ROLE", "CURATOR_ROLE",
	}
	roles := make(map[string]string, len(roleNames))
	for _, name := range roleNames {
		roles[string(crypto.Keccak256([]byte(name)))] = name
	}
	return roles
}
