// Package store is every line of SQL: proposals, spaces, assessments, values,
// sources, jobs, on SQLite and Postgres with the same code.
package store
