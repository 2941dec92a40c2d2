-- +goose Up
-- Accounts are addresses in lower case. Times end in _ms or are Unix seconds.

CREATE TABLE logins (
    id         TEXT PRIMARY KEY, -- a public name: the session's secret is elsewhere, hashed
    account    TEXT    NOT NULL,
    device     BLOB    NOT NULL, -- sealed
    owner      BOOLEAN NOT NULL,
    created_ms INTEGER NOT NULL,
    seen_ms    INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL
);
CREATE INDEX logins_account ON logins (account, expires_ms);
CREATE INDEX logins_expires ON logins (expires_ms);

-- For one sign-in each.
CREATE TABLE nonces (
    nonce_hash   TEXT PRIMARY KEY,
    session_hash TEXT    NOT NULL,
    address      TEXT    NOT NULL,
    chain        INTEGER NOT NULL,
    expires_ms   INTEGER NOT NULL
);
CREATE INDEX nonces_expires ON nonces (expires_ms, nonce_hash);

-- Whoever claimed this installation with its one-time token.
CREATE TABLE owners (
    account    TEXT PRIMARY KEY,
    place      INTEGER NOT NULL UNIQUE, -- 1 = the first: there can be only one
    claimed_ms INTEGER NOT NULL
);

CREATE TABLE tokens (
    id         TEXT PRIMARY KEY,
    account    TEXT    NOT NULL,
    hash       TEXT    NOT NULL UNIQUE, -- hex SHA-256: the token itself is never stored
    name       BLOB    NOT NULL,        -- sealed
    scopes     TEXT    NOT NULL,        -- separated by spaces
    created_ms INTEGER NOT NULL,
    used_ms    INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL
);
CREATE INDEX tokens_account ON tokens (account, expires_ms);

-- Votes and delegations on their way. What a wallet is asked to sign is public
-- by nature. Only what a shielded vote hides until its end is sealed, and
-- nothing that sending needs, so that a lost secret cannot stop a signed vote.
CREATE TABLE intents (
    id           TEXT PRIMARY KEY,
    owner        TEXT    NOT NULL,
    voter        TEXT    NOT NULL,
    act          TEXT    NOT NULL,
    subject      TEXT    NOT NULL, -- what it is about: ref, DAO and chain, or alias
    ref          TEXT    NOT NULL,
    state        TEXT    NOT NULL,
    digest       TEXT    NOT NULL,
    tries        INTEGER NOT NULL,
    expires_ms   INTEGER NOT NULL,
    created_ms   INTEGER NOT NULL,
    updated_ms   INTEGER NOT NULL,
    data         TEXT    NOT NULL, -- governance.Intent as JSON
    payload      BLOB    NOT NULL, -- typed data or transaction, as shown
    envelope     BLOB    NOT NULL, -- empty until signed
    sealed       BLOB    NOT NULL  -- choice and sigma of a shielded vote, else empty
);
CREATE UNIQUE INDEX intents_live ON intents (voter, act, subject)
    WHERE state IN ('decided', 'waiting', 'asked', 'armed', 'signed', 'sent');
CREATE INDEX intents_owner     ON intents (owner, created_ms, id);
CREATE INDEX intents_ref       ON intents (owner, ref, created_ms, id);
CREATE INDEX intents_digest    ON intents (owner, digest);
CREATE INDEX intents_unsettled ON intents (updated_ms, id) WHERE state IN ('signed', 'sent');
CREATE INDEX intents_unsigned  ON intents (expires_ms) WHERE length(envelope) = 0;

-- Everything that was ever signed here. A row is written before its bytes
-- leave the process, and nothing changes or removes it.
CREATE TABLE signatures (
    voter     TEXT    NOT NULL,
    venue     TEXT    NOT NULL,
    proposal  TEXT    NOT NULL,
    revision  INTEGER NOT NULL, -- 0 = an agent's, 1… = by a person's hand
    digest    TEXT    NOT NULL UNIQUE,
    signature TEXT    NOT NULL,
    envelope  BLOB    NOT NULL,
    intent    TEXT    NOT NULL,
    signed_ms INTEGER NOT NULL,
    PRIMARY KEY (voter, venue, proposal, revision)
);
CREATE INDEX signatures_intent ON signatures (intent);
-- +goose StatementBegin
CREATE TRIGGER signatures_update BEFORE UPDATE ON signatures
BEGIN SELECT RAISE(ABORT, 'signatures are never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER signatures_delete BEFORE DELETE ON signatures
BEGIN SELECT RAISE(ABORT, 'signatures are never removed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER signatures_replace BEFORE INSERT ON signatures -- INSERT OR REPLACE fires no trigger for what it removes
WHEN EXISTS (SELECT 1 FROM signatures WHERE digest = NEW.digest
    OR (voter = NEW.voter AND venue = NEW.venue AND proposal = NEW.proposal AND revision = NEW.revision))
BEGIN SELECT RAISE(ABORT, 'signatures are never replaced'); END;
-- +goose StatementEnd

-- An account's votes as their venue showed them, one a proposal.
CREATE TABLE votes (
    account     TEXT    NOT NULL,
    ref         TEXT    NOT NULL,
    dao         TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    voter       TEXT    NOT NULL, -- EIP-55
    choice      TEXT    NOT NULL,
    reason      TEXT    NOT NULL,
    app         TEXT    NOT NULL,
    power       REAL    NOT NULL,
    power_state TEXT    NOT NULL,
    created     INTEGER NOT NULL,
    ipfs        TEXT    NOT NULL,
    PRIMARY KEY (account, ref)
);
CREATE INDEX votes_created ON votes (account, created, ref);
CREATE INDEX votes_dao     ON votes (account, dao, created, ref);

-- How far an account's votes were read.
CREATE TABLE vote_cursors (
    account TEXT PRIMARY KEY,
    up_to   INTEGER NOT NULL
);

CREATE TABLE delegations (
    account TEXT    NOT NULL,
    dao     TEXT    NOT NULL,
    data    TEXT    NOT NULL, -- governance.Delegation as JSON
    PRIMARY KEY (account, dao)
);

CREATE TABLE aliases (
    owner   TEXT    NOT NULL,
    address TEXT    NOT NULL,
    data    TEXT    NOT NULL, -- governance.Alias as JSON
    PRIMARY KEY (owner, address)
);
