-- Ids are whole numbers; times are microseconds since 1970 UTC. 0 and '' stand for nothing where a
-- column is NOT NULL; elsewhere NULL does.
--
-- AUTOINCREMENT stands where an id may never name a second thing, even if the newest row is deleted.

CREATE TABLE meta (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    schema      INTEGER NOT NULL, -- the newest migration that ran
    oldest      INTEGER NOT NULL, -- the oldest binary that may run on it, as the newest migration it knows
    store_id    TEXT    NOT NULL, -- of this store, for ever
    incarnation TEXT    NOT NULL  -- changes when a backup is restored
) STRICT;

INSERT INTO meta VALUES (1, 0, 1, lower(hex(randomblob(16))), lower(hex(randomblob(16))));

-- The only source of the log's ids.
CREATE TABLE log_head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id  INTEGER NOT NULL,
    at  INTEGER NOT NULL
) STRICT;

INSERT INTO log_head VALUES (1, 0, 0);

-- No foreign keys: they cost a third of the appends, and what an erase leaves behind must stay.
CREATE TABLE log (
    id           INTEGER PRIMARY KEY,
    kind         TEXT    NOT NULL, -- an open set: whoever reads skips the kinds it does not know
    sender_id    INTEGER,          -- NULL: the server
    recipient_id INTEGER,
    room_id      INTEGER,
    ref          INTEGER,          -- the entry that this one edits or deletes
    at           INTEGER NOT NULL,
    client_id    TEXT    NOT NULL DEFAULT '',
    body         TEXT    NOT NULL DEFAULT ''
) STRICT;

-- One partial index for each way in which an entry concerns a person. The queries repeat these
-- conditions word by word, else SQLite does not use the index.
CREATE INDEX log_to        ON log (recipient_id, id) WHERE kind = 'direct';
CREATE INDEX log_own       ON log (sender_id, id)    WHERE kind IN ('direct', 'broadcast');
CREATE INDEX log_broadcast ON log (id)               WHERE kind = 'broadcast';
CREATE INDEX log_block     ON log (sender_id, id)    WHERE kind IN ('block', 'unblock');
CREATE INDEX log_room      ON log (room_id, id)      WHERE kind = 'room';

CREATE TABLE users (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT    NOT NULL,        -- as typed
    name_key      TEXT    NOT NULL UNIQUE, -- folded
    skeleton      TEXT    NOT NULL UNIQUE, -- the same for names that people confuse
    password      TEXT    NOT NULL,        -- a PHC string
    role          TEXT    NOT NULL DEFAULT '',
    created       INTEGER NOT NULL,        -- the log's head then: nothing up to it is for this account
    created_at    INTEGER NOT NULL,
    last_login_at INTEGER,
    disabled_at   INTEGER,
    settings      TEXT    NOT NULL DEFAULT '{}'
) STRICT;

CREATE INDEX users_created  ON users (created);
CREATE INDEX users_disabled ON users (disabled_at) WHERE disabled_at IS NOT NULL;

-- A table of its own: it is written all the time, and an account's row is wide.
CREATE TABLE cursors (
    user_id   INTEGER PRIMARY KEY,
    delivered INTEGER NOT NULL
) STRICT;

CREATE TABLE gaps (
    user_id INTEGER NOT NULL,
    from_id INTEGER NOT NULL,
    to_id   INTEGER NOT NULL,
    PRIMARY KEY (user_id, from_id)
) STRICT, WITHOUT ROWID;

-- Each row is one block: what its blocked said above since and below until is hidden for ever.
CREATE TABLE blocks (
    blocker_id INTEGER NOT NULL,
    blocked_id INTEGER NOT NULL,
    since      INTEGER NOT NULL,
    until      INTEGER,          -- NULL: it holds
    PRIMARY KEY (blocker_id, blocked_id, since)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX blocks_now ON blocks (blocker_id, blocked_id) WHERE until IS NULL;
CREATE INDEX blocks_of ON blocks (blocked_id);

CREATE TABLE rooms (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT    NOT NULL,
    name_key   TEXT    NOT NULL UNIQUE,
    topic      TEXT    NOT NULL DEFAULT '',
    created_by INTEGER,
    created    INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    visibility TEXT    NOT NULL DEFAULT 'open',
    settings   TEXT    NOT NULL DEFAULT '{}'
) STRICT;

-- One row a stay.
CREATE TABLE members (
    room_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    role    TEXT    NOT NULL DEFAULT '',
    joined  INTEGER NOT NULL,
    "left"  INTEGER,
    PRIMARY KEY (room_id, user_id, joined)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX members_now ON members (room_id, user_id) WHERE "left" IS NULL;
CREATE INDEX members_of ON members (user_id, room_id);

CREATE TABLE nodes (
    id         INTEGER PRIMARY KEY,
    epoch      INTEGER NOT NULL,
    started_at INTEGER NOT NULL
) STRICT;

CREATE TABLE logins (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id   INTEGER NOT NULL,
    node      INTEGER NOT NULL,
    epoch     INTEGER NOT NULL,
    slot      TEXT    NOT NULL,
    remote    TEXT    NOT NULL,
    port      INTEGER NOT NULL,
    client    TEXT    NOT NULL DEFAULT '',
    since     INTEGER NOT NULL,
    ended_at  INTEGER,
    ended_why TEXT    NOT NULL DEFAULT ''
) STRICT;

-- One login an account. The slot is among the columns only so that SQLite prefers this index to logins_of.
CREATE UNIQUE INDEX logins_prompt ON logins (user_id, slot) WHERE slot = 'prompt' AND ended_at IS NULL;
CREATE INDEX logins_live ON logins (node, user_id) WHERE ended_at IS NULL;
CREATE INDEX logins_of ON logins (user_id, slot, id);

CREATE TABLE login_failures (
    name_key     TEXT    NOT NULL, -- of an account or not: both count alike
    remote       TEXT    NOT NULL,
    port         INTEGER NOT NULL, -- 0: the whole address (IPv6: the /64)
    count        INTEGER NOT NULL,
    since        INTEGER NOT NULL, -- port 0: when counting began; else the newest failure's time
    locks        INTEGER NOT NULL DEFAULT 0,
    locked_until INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (name_key, remote, port)
) STRICT, WITHOUT ROWID;

CREATE INDEX login_failures_age ON login_failures (since);

CREATE TABLE keys (
    fingerprint  TEXT    PRIMARY KEY,
    user_id      INTEGER NOT NULL,
    public_key   TEXT    NOT NULL,
    label        TEXT    NOT NULL DEFAULT '',
    verified_at  INTEGER,
    added_at     INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT;

CREATE INDEX keys_of ON keys (user_id);

CREATE TABLE audit (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    at     INTEGER NOT NULL,
    actor  TEXT    NOT NULL,
    via    TEXT    NOT NULL,
    action TEXT    NOT NULL,
    target TEXT    NOT NULL DEFAULT '',
    detail TEXT    NOT NULL DEFAULT '',
    node   INTEGER NOT NULL DEFAULT 0
) STRICT;
