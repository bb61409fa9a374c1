-- Running it for years: what moderators, admins and operators do.

-- What the console looks up, and what people report to the moderators.

-- Which accounts came from an address.
CREATE INDEX logins_from ON logins (remote, user_id);

-- Who may moderate: a few of all.
CREATE INDEX users_role ON users (role) WHERE role <> '';

-- A report keeps the line as it stood: what its author makes of it later is no way out.
CREATE TABLE reports (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    at          INTEGER NOT NULL,
    reporter_id INTEGER NOT NULL,
    about_id    INTEGER NOT NULL,           -- whom it is about
    line        INTEGER,                    -- NULL: the account, and no line of it
    kind        TEXT    NOT NULL DEFAULT '', -- this and the next three are the line's
    room_id     INTEGER,
    said_at     INTEGER NOT NULL DEFAULT 0,
    said        TEXT    NOT NULL DEFAULT '',
    body        TEXT    NOT NULL,           -- what the reporter says
    closed_at   INTEGER,                    -- NULL: it is open
    closed_by   TEXT    NOT NULL DEFAULT '', -- as the actor in audit
    note        TEXT    NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX reports_open ON reports (reporter_id) WHERE closed_at IS NULL;

-- What was said is kept for a time only, if the operator wants it so.

-- How many lines were deleted that waited for somebody, who has not been told of it yet.
CREATE TABLE expired (
    user_id INTEGER PRIMARY KEY,
    lines   INTEGER NOT NULL
) STRICT;

-- The last time that lines were deleted for their age.
CREATE TABLE expiry (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    at     INTEGER NOT NULL, -- when
    before INTEGER NOT NULL, -- what was said before that went
    lines  INTEGER NOT NULL
) STRICT;

-- Who is kept out, who must be silent, and what the server tells everybody.

-- A ban of an account is that it is disabled: NULL until somebody ends it, else it is over by itself then.
ALTER TABLE users ADD COLUMN disabled_until INTEGER;
ALTER TABLE users ADD COLUMN disabled_why   TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN disabled_by    TEXT NOT NULL DEFAULT '';

-- The bans of all else. What has run out is deleted by the next one that is made.
CREATE TABLE bans (
    kind   TEXT    NOT NULL, -- address | key | client
    what   TEXT    NOT NULL, -- an address or a CIDR, a fingerprint, a pattern
    since  INTEGER NOT NULL,
    until  INTEGER,          -- NULL: until somebody ends it
    reason TEXT    NOT NULL,
    actor  TEXT    NOT NULL,
    PRIMARY KEY (kind, what)
) STRICT, WITHOUT ROWID;

-- Who may say nothing anywhere.
CREATE TABLE mutes (
    user_id INTEGER PRIMARY KEY,
    since   INTEGER NOT NULL,
    until   INTEGER,         -- NULL: until somebody ends it
    reason  TEXT    NOT NULL,
    actor   TEXT    NOT NULL
) STRICT;

-- What holds for the whole server, such as its message of the day; of that, when the one began that an account has seen.
CREATE TABLE kept (
    name  TEXT    PRIMARY KEY,
    value TEXT    NOT NULL,
    at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE users ADD COLUMN motd_seen INTEGER; -- NULL: none

-- What the server tells one person waits for them as well.
DROP INDEX log_told;
CREATE INDEX log_told ON log (recipient_id, id) WHERE kind IN ('invite', 'kick', 'turn', 'told');

-- Accounts as whoever runs the server governs them.

ALTER TABLE users ADD COLUMN must_change INTEGER NOT NULL DEFAULT 0; -- 1: the password is good for choosing another only
ALTER TABLE users ADD COLUMN closed INTEGER NOT NULL DEFAULT 0; -- 1: disabled_at is no ban
ALTER TABLE users ADD COLUMN erased INTEGER NOT NULL DEFAULT 0; -- 1: only who said what is kept of it

-- The names that accounts had: nobody else gets them for some time.
CREATE TABLE former_names (
    name_key TEXT    PRIMARY KEY,
    skeleton TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    user_id  INTEGER NOT NULL,
    until    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX former_names_skeleton ON former_names (skeleton);
CREATE INDEX former_names_of ON former_names (user_id);

-- What lets somebody make an account where that needs an invite.
CREATE TABLE invites (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    code    TEXT    NOT NULL UNIQUE, -- a hash of it
    uses    INTEGER NOT NULL,        -- that are left
    made_at INTEGER NOT NULL,
    until   INTEGER                  -- NULL: for ever
) STRICT;

-- Older binaries would let in whom a ban keeps out, let speak who is muted, and take a password that must be changed.
UPDATE meta SET oldest = 5;
