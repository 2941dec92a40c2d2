package chain

import (
	"time"
)

func nowhere() time.Time { return time.Unix(1790000000, 0) }
