package governancetest

import (
	"os/user"
	"strconv"
	"syscall"
)

// processAttr runs a child as that account (nil = as we are) and ends it with us.
func processAttr(account *user.User) *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if account != nil {
		uid, _ := strconv.ParseUint(account.Uid, 10, 32) // decimal on Linux (os/user)
		gid, _ := strconv.ParseUint(account.Gid, 10, 32)
		attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	return attr
}
