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
