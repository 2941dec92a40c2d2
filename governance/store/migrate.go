package store

import (
	"context"
	"embed"
	"io/fs"
	"log/slog"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river/rivermigrate"
)

//go:embed migrations
var migrations embed.FS

// migrate brings our tables and River's up to date.
func (s *Store) migrate(ctx context.Context) error {
	dialect, folder, options := goose.DialectSQLite3, "migrations/sqlite", []goose.ProviderOption(nil)
	if s.pg {
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return s.fail(err, "prepare the migration lock")
		}
		dialect, folder, options = goose.DialectPostgres, "migrations/postgres", append(options, goose.WithSessionLocker(locker))
	}
	files, err := fs.Sub(migrations, folder)
	if err != nil {
		return s.fail(err, "find the migrations")
	}
	provider, err := goose.NewProvider(dialect, s.write.DB, files, options...)
	if err != nil {
		return s.fail(err, "read the migrations")
	}
	if _, err := provider.Up(ctx); err != nil {
		return s.fail(err, "migrate the database")
	}
	return s.migrateJobs(ctx)
}

func (s *Store) migrateJobs(ctx context.Context) error {
	// River tells about each of its steps; only its warnings are of interest.
	migrator, err := rivermigrate.New(s.driver(), &rivermigrate.Config{Logger: slog.New(warnings{s.log.Handler()})})
	if err != nil {
		return s.fail(err, "read the job migrations")
	}
	_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	if s.isDuplicate(err) { // another process was faster
		_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	}
	return s.fail(err, "migrate the job tables")
}
