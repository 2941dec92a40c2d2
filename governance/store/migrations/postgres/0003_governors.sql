-- +goose Up
-- On-chain governors. Blocks are numbers of the governor's own chain.

ALTER TABLE proposals ADD COLUMN outcome      TEXT    NOT NULL DEFAULT ''; -- state after the vote, as a governor told it
ALTER TABLE proposals ADD COLUMN risk         BIGINT  NOT NULL DEFAULT 0;  -- rank of the worst finding: 0 none, 3 danger
ALTER TABLE proposals ADD COLUMN dangers      BIGINT  NOT NULL DEFAULT 0;
ALTER TABLE proposals ADD COLUMN warnings     BIGINT  NOT NULL DEFAULT 0;
ALTER TABLE proposals ADD COLUMN demand       TEXT    NOT NULL DEFAULT ''; -- governance.Demand as JSON: what the calls move and change
ALTER TABLE proposals ADD COLUMN inspected    BIGINT  NOT NULL DEFAULT -1; -- version of the rules; 0 = due, -1 = it executes nothing
ALTER TABLE proposals ADD COLUMN inspected_at BIGINT  NOT NULL DEFAULT 0;
DROP INDEX proposals_end;
CREATE INDEX proposals_end         ON proposals (end_at, start_at, outcome) WHERE deleted = FALSE;
CREATE INDEX proposals_outcome_end ON proposals (outcome, end_at) WHERE outcome <> '' AND deleted = FALSE;
CREATE INDEX proposals_outcome_id  ON proposals (outcome, id) WHERE outcome <> '' AND deleted = FALSE;
CREATE INDEX proposals_inspected   ON proposals (inspected, end_at) WHERE inspected >= 0 AND deleted = FALSE;

ALTER TABLE proposal_bodies ADD COLUMN onchain TEXT; -- governance.OnChain as JSON without its standing, or NULL
UPDATE proposals SET inspected = 0 WHERE id IN
    (SELECT id FROM proposal_bodies WHERE plugins LIKE '%"safeSnap"%' OR plugins LIKE '%"oSnap"%');

ALTER TABLE sources ADD COLUMN share DOUBLE PRECISION NOT NULL DEFAULT 0; -- how far reading is, 0 to 1

CREATE TABLE governors (
    id       TEXT PRIMARY KEY,
    chain    BIGINT  NOT NULL,
    address  TEXT    NOT NULL, -- lower case
    dao      TEXT    NOT NULL REFERENCES daos (id),
    decimals BIGINT  NOT NULL, -- of the votes token
    removed  BOOLEAN NOT NULL DEFAULT FALSE, -- no longer read; what was read stays
    data     TEXT    NOT NULL  -- governance.Governor as JSON
);
CREATE INDEX governors_dao ON governors (dao);

-- What changes of a governor's proposal, and where it was created.
CREATE TABLE governor_proposals (
    id       BIGINT  PRIMARY KEY REFERENCES proposals (id),
    governor TEXT    NOT NULL,
    block    BIGINT  NOT NULL,
    at_block BIGINT  NOT NULL DEFAULT 0,  -- of the standing; 0 = whatever is read next counts
    votes    BIGINT  NOT NULL DEFAULT 0,  -- rows of governor_votes, kept by every write
    voters   BIGINT  NOT NULL DEFAULT 0,  -- distinct ones, likewise
    standing TEXT    NOT NULL DEFAULT ''  -- governance.Standing as JSON
);
CREATE INDEX governor_proposals_block ON governor_proposals (governor, block);

-- One row a VoteCast. The weight is exact as text; size and parts are its
-- floats, for sorting and charts.
CREATE TABLE governor_votes (
    proposal BIGINT  NOT NULL, -- proposals.id
    block    BIGINT  NOT NULL,
    idx      BIGINT  NOT NULL, -- of the log in its block
    voter    TEXT    NOT NULL, -- EIP-55
    account  TEXT    NOT NULL, -- the same in lower case
    support  BIGINT  NOT NULL,
    weight   TEXT    NOT NULL,
    size     DOUBLE PRECISION NOT NULL,
    against  DOUBLE PRECISION NOT NULL,
    pro      DOUBLE PRECISION NOT NULL,
    abstain  DOUBLE PRECISION NOT NULL,
    reason   TEXT    NOT NULL,
    params   TEXT    NOT NULL,
    tx       TEXT    NOT NULL,
    at       BIGINT  NOT NULL,
    PRIMARY KEY (proposal, block, idx)
);
CREATE INDEX governor_votes_voter ON governor_votes (account, proposal);
CREATE INDEX governor_votes_size  ON governor_votes (proposal, size, block, idx);

CREATE TABLE governor_events (
    governor TEXT    NOT NULL,
    block    BIGINT  NOT NULL,
    idx      BIGINT  NOT NULL,
    ref      TEXT    NOT NULL, -- '' = delegations and settings
    kind     TEXT    NOT NULL,
    account  TEXT    NOT NULL, -- lower case
    at       BIGINT  NOT NULL,
    data     TEXT    NOT NULL, -- governance.Event as JSON
    PRIMARY KEY (governor, block, idx)
);
CREATE INDEX governor_events_ref     ON governor_events (ref, block, idx) WHERE ref <> '';
CREATE INDEX governor_events_account ON governor_events (account, at) WHERE kind = 'delegated';

CREATE TABLE inspections (
    proposal     BIGINT  PRIMARY KEY REFERENCES proposals (id),
    content_hash TEXT    NOT NULL,
    version      BIGINT  NOT NULL,
    made         BIGINT  NOT NULL,
    data         TEXT    NOT NULL -- governance.Inspection as JSON
);

-- The same question at two venues; every pair is stored both ways.
CREATE TABLE twins (
    ref   TEXT NOT NULL,
    other TEXT NOT NULL,
    likeness DOUBLE PRECISION NOT NULL, -- 0 to 1
    why   TEXT NOT NULL,
    PRIMARY KEY (ref, other)
);
CREATE INDEX twins_other ON twins (other);

-- Nodes that the owners chose while the program ran.
CREATE TABLE rpc_nodes (
    chain     BIGINT  NOT NULL,
    place     BIGINT  NOT NULL,
    url       BYTEA   NOT NULL, -- sealed: it may hold a key
    chosen_by TEXT    NOT NULL,
    made      BIGINT  NOT NULL,
    PRIMARY KEY (chain, place)
);
