package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"mandate/governance"
)

// maxEvents is how many events one read returns.
const maxEvents = 500

// Events returns what a governor's logs say of a proposal beside votes, the
// oldest first.
func (s *Store) Events(ctx context.Context, ref governance.Ref) ([]governance.Event, error) {
	return s.chainEvents(ctx, `ref = ? AND ref <> '' ORDER BY block, idx`, string(ref))
}

// DelegationEvents returns the changes of an account's delegate at the votes
// tokens of governors, the newest first.
func (s *Store) DelegationEvents(ctx context.Context, account string) ([]governance.Event, error) {
	return s.chainEvents(ctx, `account = ? AND kind = 'delegated' ORDER BY at DESC, block DESC, idx DESC`, accountKey(account))
}

// SettingEvents returns the changes of a governor's settings, the newest first.
func (s *Store) SettingEvents(ctx context.Context, governor string) ([]governance.Event, error) {
	return s.chainEvents(ctx, `governor = ? AND kind = 'setting' ORDER BY block DESC, idx DESC`, accountKey(governor))
}

func (s *Store) chainEvents(ctx context.Context, where, key string) ([]governance.Event, error) {
	rows, err := s.read.DB.QueryContext(ctx, s.sql(`SELECT data FROM governor_events WHERE `+where+` LIMIT ?`), key, maxEvents)
	list, err := collect(rows, err, func(rows *sql.Rows) (e governance.Event, err error) {
		var data []byte
		if err = rows.Scan(&data); err == nil {
			err = json.Unmarshal(data, &e)
		}
		return e, err
	})
	return list, s.fail(err, "read events")
}
