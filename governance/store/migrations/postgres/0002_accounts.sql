-- +goose Up
-- Accounts are addresses in lower case. Times end in _ms or are Unix seconds.

CREATE TABLE logins (
    id         TEXT PRIMARY KEY, -- a public name: the session's secret is elsewhere, hashed
    account    TEXT    NOT NULL,
    device     BYTEA    NOT NULL, -- sealed
    owner      BOOLEAN NOT NULL,
    created_ms BIGINT NOT NULL,
    seen_ms    BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL
);
CREATE INDEX logins_account ON logins (account, expires_ms);
CREATE INDEX logins_expires ON logins (expires_ms);

-- For one sign-in each.
CREATE TABLE nonces (
    nonce_hash   TEXT PRIMARY KEY,
    session_hash TEXT    NOT NULL,
    address      TEXT    NOT NULL,
    chain        BIGINT NOT NULL,
    expires_ms   BIGINT NOT NULL
);
CREATE INDEX nonces_expires ON nonces (expires_ms, nonce_hash);

-- Whoever claimed this installation with its one-time token.
CREATE TABLE owners (
    account    TEXT PRIMARY KEY,
    place      BIGINT NOT NULL UNIQUE, -- 1 = the first: there can be only one
    claimed_ms BIGINT NOT NULL
);

CREATE TABLE tokens (
    id         TEXT PRIMARY KEY,
    account    TEXT    NOT NULL,
    hash       TEXT    NOT NULL UNIQUE, -- hex SHA-256: the token itself is never stored
    name       BYTEA    NOT NULL,        -- sealed
    scopes     TEXT    NOT NULL,        -- separated by spaces
    created_ms BIGINT NOT NULL,
    used_ms    BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL
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
    tries        BIGINT NOT NULL,
    expires_ms   BIGINT NOT NULL,
    created_ms   BIGINT NOT NULL,
    updated_ms   BIGINT NOT NULL,
    data         TEXT    NOT NULL, -- governance.Intent as JSON
    payload      BYTEA    NOT NULL, -- typed data or transaction, as shown
    envelope     BYTEA    NOT NULL, -- empty until signed
    sealed       BYTEA    NOT NULL  -- choice and sigma of a shielded vote, else empty
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
    revision  BIGINT NOT NULL, -- 0 = an agent's, 1… = by a person's hand
    digest    TEXT    NOT NULL UNIQUE,
    signature TEXT    NOT NULL,
    envelope  BYTEA    NOT NULL,
    intent    TEXT    NOT NULL,
    signed_ms BIGINT NOT NULL,
    PRIMARY KEY (voter, venue, proposal, revision)
);
CREATE INDEX signatures_intent ON signatures (intent);
-- +goose StatementBegin
CREATE FUNCTION signatures_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'signatures are never changed or removed'; END $$;
-- +goose StatementEnd
CREATE TRIGGER signatures_change BEFORE UPDATE OR DELETE ON signatures FOR EACH ROW EXECUTE FUNCTION signatures_refuse();
CREATE TRIGGER signatures_empty BEFORE TRUNCATE ON signatures FOR EACH STATEMENT EXECUTE FUNCTION signatures_refuse();

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
    power       DOUBLE PRECISION    NOT NULL,
    power_state TEXT    NOT NULL,
    created     BIGINT NOT NULL,
    ipfs        TEXT    NOT NULL,
    PRIMARY KEY (account, ref)
);
CREATE INDEX votes_created ON votes (account, created, ref);
CREATE INDEX votes_dao     ON votes (account, dao, created, ref);

-- How far an account's votes were read.
CREATE TABLE vote_cursors (
    account TEXT PRIMARY KEY,
    up_to   BIGINT NOT NULL
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
