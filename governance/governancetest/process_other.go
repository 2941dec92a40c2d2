//go:build !linux

package governancetest

import (
	"os/user"
	"syscall"
)

// processAttr leaves a child as it is: only Linux ends it with us.
func processAttr(*user.User) *syscall.SysProcAttr { return nil }
