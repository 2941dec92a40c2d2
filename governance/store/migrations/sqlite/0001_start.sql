-- +goose Up
-- Times are Unix seconds unless the name ends in _ms. JSON is kept as text: its bytes are part of content hashes.

CREATE TABLE daos (
    id         TEXT PRIMARY KEY,
    name       TEXT    NOT NULL,
    about      TEXT    NOT NULL DEFAULT '',
    symbol     TEXT    NOT NULL DEFAULT '',
    network    TEXT    NOT NULL DEFAULT '',
    followers  INTEGER NOT NULL DEFAULT 0,
    verified   BOOLEAN NOT NULL DEFAULT FALSE,
    flagged    BOOLEAN NOT NULL DEFAULT FALSE,
    deleted    BOOLEAN NOT NULL DEFAULT FALSE,
    stub       BOOLEAN NOT NULL DEFAULT FALSE, -- known from a proposal alone
    proposals  INTEGER NOT NULL DEFAULT 0      -- stored and not deleted, kept by every write
);

CREATE TABLE spaces (
    id   TEXT PRIMARY KEY REFERENCES daos (id),
    data TEXT    NOT NULL, -- governance.Space as JSON
    seen INTEGER NOT NULL
);

-- One narrow row a proposal: everything that a list shows and nothing else.
-- The id grows with the time of creation, so that the newest rows lie together.
CREATE TABLE proposals (
    id           INTEGER PRIMARY KEY,
    ref          TEXT    NOT NULL UNIQUE,
    dao          TEXT    NOT NULL REFERENCES daos (id),
    dao_name     TEXT    NOT NULL,
    author       TEXT    NOT NULL,
    title        TEXT    NOT NULL,
    discussion   TEXT    NOT NULL,
    url          TEXT    NOT NULL,
    type         TEXT    NOT NULL,
    choices      TEXT    NOT NULL,
    labels       TEXT    NOT NULL,
    start_at     INTEGER NOT NULL,
    end_at       INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    snapshot     INTEGER NOT NULL,
    network      TEXT    NOT NULL,
    symbol       TEXT    NOT NULL,
    privacy      TEXT    NOT NULL,
    quorum       REAL    NOT NULL,
    quorum_type  TEXT    NOT NULL,
    app          TEXT    NOT NULL,
    ipfs         TEXT    NOT NULL,
    flagged      BOOLEAN NOT NULL,
    deleted      BOOLEAN NOT NULL,
    tally        TEXT    NOT NULL,
    final        BOOLEAN NOT NULL, -- the count can no longer change
    content_hash TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    version_seen INTEGER NOT NULL, -- when this content was first read
    seen         INTEGER NOT NULL,
    -- copied from the assessment of content_hash
    assessed     BOOLEAN NOT NULL DEFAULT FALSE,
    kind         TEXT    NOT NULL DEFAULT '',
    flag_bits    INTEGER NOT NULL DEFAULT 0,
    headline     TEXT    NOT NULL DEFAULT '',
    summary      TEXT    NOT NULL DEFAULT '',
    asks         TEXT    NOT NULL DEFAULT '',
    facts        TEXT    NOT NULL DEFAULT ''
);
CREATE INDEX proposals_end      ON proposals (end_at, start_at) WHERE deleted = FALSE;
CREATE INDEX proposals_dao_end  ON proposals (dao, end_at) WHERE deleted = FALSE;
CREATE INDEX proposals_dao_id   ON proposals (dao, id) WHERE deleted = FALSE;
CREATE INDEX proposals_kind_end ON proposals (kind, end_at) WHERE deleted = FALSE;
CREATE INDEX proposals_kind_id  ON proposals (kind, id) WHERE deleted = FALSE;
CREATE INDEX proposals_type_end ON proposals (type, end_at) WHERE deleted = FALSE;
CREATE INDEX proposals_type_id  ON proposals (type, id) WHERE deleted = FALSE;
CREATE INDEX proposals_flags    ON proposals (end_at) WHERE flag_bits <> 0 AND deleted = FALSE;
CREATE INDEX proposals_hash     ON proposals (content_hash);
CREATE INDEX proposals_due      ON proposals (end_at) WHERE assessed = FALSE AND deleted = FALSE;
CREATE INDEX proposals_open     ON proposals (end_at) WHERE final = FALSE AND deleted = FALSE;

CREATE TABLE proposal_bodies (
    id         INTEGER PRIMARY KEY REFERENCES proposals (id),
    body       TEXT NOT NULL,
    plugins    TEXT, -- JSON or NULL
    strategies TEXT  -- JSON or NULL
);

CREATE TABLE proposal_versions (
    proposal     INTEGER NOT NULL REFERENCES proposals (id),
    version      INTEGER NOT NULL,
    content_hash TEXT    NOT NULL,
    title        TEXT    NOT NULL,
    body         TEXT    NOT NULL,
    choices      TEXT    NOT NULL,
    seen         INTEGER NOT NULL,
    PRIMARY KEY (proposal, version)
);

-- Contentless: the texts are in the tables above, here is only the index.
-- The program splits and folds text itself (searchText), alike for both engines.
CREATE VIRTUAL TABLE proposal_search USING fts5 (
    title, body, dao, meta,
    content = '', contentless_delete = 1, detail = full, tokenize = 'ascii'
);
INSERT INTO proposal_search (proposal_search, rank) VALUES ('automerge', 16);
INSERT INTO proposal_search (proposal_search, rank) VALUES ('crisismerge', 32);

CREATE TABLE assessments (
    content_hash TEXT    NOT NULL,
    rubric       TEXT    NOT NULL,
    reader       TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    flag_bits    INTEGER NOT NULL,
    headline     TEXT    NOT NULL,
    summary      TEXT    NOT NULL,
    asks         TEXT    NOT NULL,
    facts        TEXT    NOT NULL,
    data         TEXT    NOT NULL, -- governance.Assessment as JSON
    usage        TEXT    NOT NULL, -- governance.Usage as JSON
    made         INTEGER NOT NULL,
    PRIMARY KEY (content_hash, rubric)
);

CREATE TABLE sources (
    name        TEXT PRIMARY KEY,
    cursor      TEXT    NOT NULL DEFAULT '',
    ok          BOOLEAN NOT NULL DEFAULT FALSE,
    since_ms    INTEGER NOT NULL DEFAULT 0,
    last_ok_ms  INTEGER NOT NULL DEFAULT 0,
    last_try_ms INTEGER NOT NULL DEFAULT 0,
    next_try_ms INTEGER NOT NULL DEFAULT 0,
    error       TEXT    NOT NULL DEFAULT '',
    requests    INTEGER NOT NULL DEFAULT 0,
    stored      INTEGER NOT NULL DEFAULT 0,
    done        BOOLEAN NOT NULL DEFAULT FALSE,
    estimate    INTEGER NOT NULL DEFAULT 0
);

-- What people told about themselves: every version, encrypted.
CREATE TABLE subject_values (
    subject TEXT    NOT NULL,
    version INTEGER NOT NULL,
    sealed  BLOB    NOT NULL,
    made    INTEGER NOT NULL,
    PRIMARY KEY (subject, version)
);

CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY, -- hex SHA-256: the token itself is never stored
    sealed     BLOB    NOT NULL,
    expires_ms INTEGER NOT NULL
);
CREATE INDEX sessions_expires ON sessions (expires_ms);

CREATE TABLE model_calls (
    id            INTEGER PRIMARY KEY,
    made          INTEGER NOT NULL,
    purpose       TEXT    NOT NULL,
    model         TEXT    NOT NULL,
    prompt_hash   TEXT    NOT NULL,
    input_tokens  INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    usd           REAL    NOT NULL,
    latency_ms    INTEGER NOT NULL,
    error         TEXT    NOT NULL
);
CREATE INDEX model_calls_made ON model_calls (made);
