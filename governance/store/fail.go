package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"mandate/governance"
)

// fail gives an error of the driver its code: Upstream = busy, full or gone,
// so try again; NotFound = no such row; Conflict = a constraint of ours. It
// goes by the driver's codes, never by words. Errors that have a code already
// and those of a context pass unchanged; nil stays nil.
func (s *Store) fail(err error, doing string) error {
	var known *governance.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, sql.ErrNoRows):
		return governance.Wrap(governance.NotFound, err, "There is no such thing here.")
	case s.isDuplicate(err):
		return governance.Wrap(governance.Conflict, fmt.Errorf("%s: %w", doing, err), "Somebody else changed this at the same moment.")
	case isPassing(err):
		return governance.Wrap(governance.Upstream, fmt.Errorf("%s: %w", doing, err), "The database does not answer. Try again in a moment.")
	}
	return governance.Wrap(governance.Internal, err, "%s", doing)
}

// isDuplicate reports whether a unique constraint refused a row.
func (s *Store) isDuplicate(err error) bool {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() {
		case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_TRIGGER:
			return true // the triggers of ours stand before unique constraints (signatures)
		}
		return false
	}
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "23505"
}

// isPassing reports whether the same statement may succeed later.
func isPassing(err error) bool {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() & 0xff { // the low byte is the primary code
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOMEM:
			return true
		}
		return false
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code[:2] {
		case "08", "40", "53", "55", "57": // connection, rollback, resources, locks, operator
			return true
		}
		return false
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, sql.ErrConnDone)
}
