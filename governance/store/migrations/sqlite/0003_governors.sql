-- +goose Up
-- On-chain governors. Blocks are numbers of the governor's own chain.

ALTER TABLE proposals ADD COLUMN outcome      TEXT    NOT NULL DEFAULT ''; -- state after the vote, as a governor told it
ALTER TABLE proposals ADD COLUMN risk         INTEGER NOT NULL DEFAULT 0;  -- rank of the worst finding: 0 none, 3 danger
ALTER TABLE proposals ADD COLUMN dangers      INTEGER NOT NULL DEFAULT 0;
ALTER TABLE proposals ADD COLUMN warnings     INTEGER NOT NULL DEFAULT 0;
ALTER TABLE proposals ADD COLUMN demand       TEXT    NOT NULL DEFAULT ''; -- governance.Demand as JSON: what the calls move and change
ALTER TABLE proposals ADD COLUMN inspected    INTEGER NOT NULL DEFAULT -1; -- version of the rules; 0 = due, -1 = it executes nothing
ALTER TABLE proposals ADD COLUMN inspected_at INTEGER NOT NULL DEFAULT 0;
DROP INDEX proposals_end;
CREATE INDEX proposals_end         ON proposals (end_at, start_at, outcome) WHERE deleted = FALSE;
CREATE INDEX proposals_outcome_end ON proposals (outcome, end_at) WHERE outcome <> '' AND deleted = FALSE;
CREATE INDEX proposals_outcome_id  ON proposals (outcome, id) WHERE outcome <> '' AND deleted = FALSE;
CREATE INDEX proposals_inspected   ON proposals (inspected, end_at) WHERE inspected >= 0 AND deleted = FALSE;

ALTER TABLE proposal_bodies ADD COLUMN onchain TEXT; -- governance.OnChain as JSON without its standing, or NULL
UPDATE proposals SET inspected = 0 WHERE id IN
    (SELECT id FROM proposal_bodies WHERE plugins LIKE '%"safeSnap"%' OR plugins LIKE '%"oSnap"%');

ALTER TABLE sources ADD COLUMN share REAL NOT NULL DEFAULT 0; -- how far reading is, 0 to 1

CREATE TABLE governors (
    id       TEXT PRIMARY KEY,
    chain    INTEGER NOT NULL,
    address  TEXT    NOT NULL, -- lower case
    dao      TEXT    NOT NULL REFERENCES daos (id),
    decimals INTEGER NOT NULL, -- of the votes token
    removed  BOOLEAN NOT NULL DEFAULT FALSE, -- no longer read; what was read stays
    data     TEXT    NOT NULL  -- governance.Governor as JSON
);
CREATE INDEX governors_dao ON governors (dao);

-- What changes of a governor's proposal, and where it was created.
CREATE TABLE governor_proposals (
    id       INTEGER PRIMARY KEY REFERENCES proposals (id),
    governor TEXT    NOT NULL,
    block    INTEGER NOT NULL,
    at_block INTEGER NOT NULL DEFAULT 0,  -- of the standing; 0 = whatever is read next counts
    votes    INTEGER NOT NULL DEFAULT 0,  -- rows of governor_votes, kept by every write
    voters   INTEGER NOT NULL DEFAULT 0,  -- distinct ones, likewise
    standing TEXT    NOT NULL DEFAULT ''  -- governance.Standing as JSON
);
CREATE INDEX governor_proposals_block ON governor_proposals (governor, block);

-- One row a VoteCast. The weight is exact as text; size and parts are its
-- floats, for sorting and charts.
CREATE TABLE governor_votes (
    proposal INTEGER NOT NULL, -- proposals.id
    block    INTEGER NOT NULL,
    idx      INTEGER NOT NULL, -- of the log in its block
    voter    TEXT    NOT NULL, -- EIP-55
    account  TEXT    NOT NULL, -- the same in lower case
    support  INTEGER NOT NULL,
    weight   TEXT    NOT NULL,
    size     REAL    NOT NULL,
    against  REAL    NOT NULL,
    pro      REAL    NOT NULL,
    abstain  REAL    NOT NULL,
    reason   TEXT    NOT NULL,
    params   TEXT    NOT NULL,
    tx       TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (proposal, block, idx)
) WITHOUT ROWID;
CREATE INDEX governor_votes_voter ON governor_votes (account, proposal);
CREATE INDEX governor_votes_size  ON governor_votes (proposal, size, block, idx);

CREATE TABLE governor_events (
    governor TEXT    NOT NULL,
    block    INTEGER NOT NULL,
    idx      INTEGER NOT NULL,
    ref      TEXT    NOT NULL, -- '' = delegations and settings
    kind     TEXT    NOT NULL,
    account  TEXT    NOT NULL, -- lower case
    at       INTEGER NOT NULL,
    data     TEXT    NOT NULL, -- governance.Event as JSON
    PRIMARY KEY (governor, block, idx)
);
CREATE INDEX governor_events_ref     ON governor_events (ref, block, idx) WHERE ref <> '';
CREATE INDEX governor_events_account ON governor_events (account, at) WHERE kind = 'delegated';

CREATE TABLE inspections (
    proposal     INTEGER PRIMARY KEY REFERENCES proposals (id),
    content_hash TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    made         INTEGER NOT NULL,
    data         TEXT    NOT NULL -- governance.Inspection as JSON
);

-- The same question at two venues; every pair is stored both ways.
CREATE TABLE twins (
    ref   TEXT NOT NULL,
    other TEXT NOT NULL,
    likeness REAL NOT NULL, -- 0 to 1
    why   TEXT NOT NULL,
    PRIMARY KEY (ref, other)
);
CREATE INDEX twins_other ON twins (other);

-- Nodes that the owners chose while the program ran.
CREATE TABLE rpc_nodes (
    chain     INTEGER NOT NULL,
    place     INTEGER NOT NULL,
    url       BLOB    NOT NULL, -- sealed: it may hold a key
    chosen_by TEXT    NOT NULL,
    made      INTEGER NOT NULL,
    PRIMARY KEY (chain, place)
);
