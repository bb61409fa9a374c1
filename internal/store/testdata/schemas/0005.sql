-- A database of schema 5 with a little of everything, frozen: never edit it.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
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
INSERT INTO "audit" VALUES(1,1772355613000000,'uid 0','console','kick','bob','',1);
INSERT INTO "audit" VALUES(2,1772355615000000,'uid 0','console','ban','carol','',1);
CREATE TABLE bans (
    kind   TEXT    NOT NULL, -- address | key | client
    what   TEXT    NOT NULL, -- an address or a CIDR, a fingerprint, a pattern
    since  INTEGER NOT NULL,
    until  INTEGER,          -- NULL: until somebody ends it
    reason TEXT    NOT NULL,
    actor  TEXT    NOT NULL,
    PRIMARY KEY (kind, what)
) STRICT, WITHOUT ROWID;
INSERT INTO "bans" VALUES('address','192.0.2.0/24',1772355617000000,NULL,'flood','uid 0');
CREATE TABLE blocks (
    blocker_id INTEGER NOT NULL,
    blocked_id INTEGER NOT NULL,
    since      INTEGER NOT NULL,
    until      INTEGER,          -- NULL: it holds
    PRIMARY KEY (blocker_id, blocked_id, since)
) STRICT, WITHOUT ROWID;
INSERT INTO "blocks" VALUES(2,1,2,4);
CREATE TABLE conversations (
    user_id     INTEGER NOT NULL,
    room_id     INTEGER NOT NULL,
    with_id     INTEGER NOT NULL,
    read        INTEGER NOT NULL DEFAULT 0,  -- what is above it they have not read
    notify      TEXT    NOT NULL DEFAULT '', -- off | mention | all; '': as their settings have it
    quiet_until INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, room_id, with_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "conversations" VALUES(1,0,0,5,'',0);
INSERT INTO "conversations" VALUES(1,1,0,2,'mention',1900000000000000);
INSERT INTO "conversations" VALUES(2,0,0,5,'',0);
INSERT INTO "conversations" VALUES(2,0,1,3,'',0);
INSERT INTO "conversations" VALUES(3,0,0,5,'',0);
CREATE TABLE cursors (
    user_id   INTEGER PRIMARY KEY,
    delivered INTEGER NOT NULL
) STRICT;
INSERT INTO "cursors" VALUES(1,0);
INSERT INTO "cursors" VALUES(2,4);
INSERT INTO "cursors" VALUES(3,5);
CREATE TABLE expired (
    user_id INTEGER PRIMARY KEY,
    lines   INTEGER NOT NULL
) STRICT;
INSERT INTO "expired" VALUES(2,3);
CREATE TABLE expiry (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    at     INTEGER NOT NULL, -- when
    before INTEGER NOT NULL, -- what was said before that went
    lines  INTEGER NOT NULL
) STRICT;
INSERT INTO "expiry" VALUES(1,1772355617000000,1772000000000000,3);
CREATE TABLE former_names (
    name_key TEXT    PRIMARY KEY,
    skeleton TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    user_id  INTEGER NOT NULL,
    until    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "former_names" VALUES('bobby','bobby','Bobby',2,1774947617000000);
CREATE TABLE gaps (
    user_id INTEGER NOT NULL,
    from_id INTEGER NOT NULL,
    to_id   INTEGER NOT NULL,
    PRIMARY KEY (user_id, from_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "gaps" VALUES(2,1,1);
CREATE TABLE hands (
    room_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    entry   INTEGER NOT NULL, -- the 'hand'
    PRIMARY KEY (room_id, user_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "hands" VALUES(1,1,5);
CREATE TABLE invitations (
    room_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    PRIMARY KEY (room_id, user_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "invitations" VALUES(1,2);
CREATE TABLE invites (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    code    TEXT    NOT NULL UNIQUE, -- a hash of it
    uses    INTEGER NOT NULL,        -- that are left
    made_at INTEGER NOT NULL,
    until   INTEGER                  -- NULL: for ever
) STRICT;
INSERT INTO "invites" VALUES(1,'x',1,1772355617000000,NULL);
CREATE TABLE kept (
    name  TEXT    PRIMARY KEY,
    value TEXT    NOT NULL,
    at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "kept" VALUES('motd','hello',1772355617000000);
CREATE TABLE keys (
    fingerprint  TEXT    PRIMARY KEY,
    user_id      INTEGER NOT NULL,
    public_key   TEXT    NOT NULL,
    label        TEXT    NOT NULL DEFAULT '',
    verified_at  INTEGER,
    added_at     INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT;
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
INSERT INTO "log" VALUES(1,'direct',1,2,NULL,NULL,1772355604000000,'','hello
bob');
INSERT INTO "log" VALUES(2,'block',2,1,NULL,NULL,1772355605000000,'','');
INSERT INTO "log" VALUES(3,'broadcast',1,NULL,NULL,NULL,1772355606000000,'','hidden from bob');
INSERT INTO "log" VALUES(4,'unblock',2,1,NULL,NULL,1772355607000000,'','');
INSERT INTO "log" VALUES(5,'broadcast',1,NULL,NULL,NULL,1772355608000000,'','seen by bob');
CREATE TABLE log_head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id  INTEGER NOT NULL,
    at  INTEGER NOT NULL
) STRICT;
INSERT INTO "log_head" VALUES(1,5,1772355608000000);
CREATE TABLE "login_failures" (
    name_key     TEXT    NOT NULL, -- of an account or not: both count alike
    remote       TEXT    NOT NULL,
    port         INTEGER NOT NULL, -- 0: the whole address (IPv6: the /64)
    times        TEXT    NOT NULL, -- of the newest failures since the last lock, as many as lead to one: 16 digits each
    since        INTEGER NOT NULL, -- the newest failure's time
    locks        INTEGER NOT NULL DEFAULT 0,
    locked_until INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (name_key, remote, port)
) STRICT, WITHOUT ROWID;
INSERT INTO "login_failures" VALUES('alice','192.0.2.1',0,'1772355612000000',1772355612000000,0,0);
INSERT INTO "login_failures" VALUES('alice','192.0.2.1',5000,'1772355612000000',1772355612000000,0,0);
INSERT INTO "login_failures" VALUES('bob','192.0.2.1',5000,'',1772355612000000,1,1772355672000000);
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
, away TEXT) STRICT;
INSERT INTO "logins" VALUES(1,2,1,1,'prompt','192.0.2.1',4000,'SSH-2.0-test',1772355609000000,1772355610000000,'logout',NULL);
INSERT INTO "logins" VALUES(2,2,1,1,'prompt','192.0.2.1',4001,'SSH-2.0-test',1772355611000000,NULL,'',NULL);
CREATE TABLE members (
    room_id     INTEGER NOT NULL,
    user_id     INTEGER NOT NULL,
    role        TEXT    NOT NULL DEFAULT '', -- '' | op | owner
    joined      INTEGER NOT NULL,
    "left"      INTEGER,                     -- NULL: they are in it
    kicked      INTEGER NOT NULL DEFAULT 0,
    muted_until INTEGER NOT NULL DEFAULT 0,
    last_said   INTEGER NOT NULL DEFAULT 0,  -- when, while the room is a slow one
    PRIMARY KEY (room_id, user_id, joined)
) STRICT, WITHOUT ROWID;
INSERT INTO "members" VALUES(1,1,'owner',1,NULL,0,0,0);
CREATE TABLE meta (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    schema      INTEGER NOT NULL, -- the newest migration that ran
    oldest      INTEGER NOT NULL, -- the oldest binary that may run on it, as the newest migration it knows
    store_id    TEXT    NOT NULL, -- of this store, for ever
    incarnation TEXT    NOT NULL  -- changes when a backup is restored
) STRICT;
INSERT INTO "meta" VALUES(1,5,5,'ac7ab542a82de8825384619cd9ba8250','fcb5ae85676eb82e530fbcbc342b5f60');
CREATE TABLE mutes (
    user_id INTEGER PRIMARY KEY,
    since   INTEGER NOT NULL,
    until   INTEGER,         -- NULL: until somebody ends it
    reason  TEXT    NOT NULL,
    actor   TEXT    NOT NULL
) STRICT;
INSERT INTO "mutes" VALUES(1,1772355617000000,1772355677000000,'loud','uid 0');
CREATE TABLE nodes (
    id         INTEGER PRIMARY KEY,
    epoch      INTEGER NOT NULL,
    started_at INTEGER NOT NULL
) STRICT;
INSERT INTO "nodes" VALUES(1,1,1772355601000000);
CREATE TABLE pins (
    room_id INTEGER NOT NULL,
    line    INTEGER NOT NULL,
    entry   INTEGER NOT NULL, -- the 'pin'
    PRIMARY KEY (room_id, line)
) STRICT, WITHOUT ROWID;
INSERT INTO "pins" VALUES(1,5,5);
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
INSERT INTO "reports" VALUES(1,1772355617000000,2,1,NULL,'',NULL,0,'','rude',NULL,'','');
CREATE TABLE rooms (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT    NOT NULL,
    skeleton    TEXT    NOT NULL, -- the same for names that people confuse
    topic       TEXT    NOT NULL DEFAULT '',
    invite_only INTEGER NOT NULL DEFAULT 0,
    posting     TEXT    NOT NULL DEFAULT 'all', -- all | ops | owners
    slow        INTEGER NOT NULL DEFAULT 0,     -- microseconds between two lines of one member
    history     INTEGER NOT NULL DEFAULT 0,     -- 1: members see what was said before they came
    created     INTEGER NOT NULL,               -- the entry that made it
    closed      INTEGER                         -- the entry that closed it; its name is free then
) STRICT;
INSERT INTO "rooms" VALUES(1,'ops','ops','deploys',0,'all',0,0,1,NULL);
CREATE TABLE unsent (
    user_id INTEGER NOT NULL,
    room_id INTEGER NOT NULL,
    with_id INTEGER NOT NULL,
    aside   INTEGER NOT NULL, -- 1: begun in a conversation that they had turned away from
    at      INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    PRIMARY KEY (user_id, room_id, with_id)
) STRICT;
INSERT INTO "unsent" VALUES(1,1,0,0,1700000000000000,'half a line');
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
, disabled_until INTEGER, disabled_why   TEXT NOT NULL DEFAULT '', disabled_by    TEXT NOT NULL DEFAULT '', motd_seen INTEGER, must_change INTEGER NOT NULL DEFAULT 0, closed INTEGER NOT NULL DEFAULT 0, erased INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "users" VALUES(1,'Alice','alice','allce','phc','',0,1772355602000000,NULL,NULL,'{}',NULL,'','',NULL,0,0,0);
INSERT INTO "users" VALUES(2,'bob','bob','bob','phc','moderator',0,1772355603000000,1772355611000000,NULL,'{}',NULL,'','',NULL,0,0,0);
INSERT INTO "users" VALUES(3,'carol','carol','carol','phc','',5,1772355614000000,NULL,1772355615000000,'{}',NULL,'','',NULL,0,0,0);
CREATE TABLE watches (
    watcher_id INTEGER NOT NULL,
    watched_id INTEGER NOT NULL,
    PRIMARY KEY (watcher_id, watched_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "watches" VALUES(1,2);
CREATE UNIQUE INDEX blocks_now ON blocks (blocker_id, blocked_id) WHERE until IS NULL;
CREATE INDEX blocks_of ON blocks (blocked_id);
CREATE INDEX conversations_told ON conversations (user_id, room_id) WHERE notify <> '' OR quiet_until <> 0;
CREATE INDEX former_names_of ON former_names (user_id);
CREATE INDEX former_names_skeleton ON former_names (skeleton);
CREATE INDEX invitations_of ON invitations (user_id);
CREATE INDEX keys_of ON keys (user_id);
CREATE INDEX log_block     ON log (sender_id, id)    WHERE kind IN ('block', 'unblock');
CREATE INDEX log_broadcast ON log (id)               WHERE kind = 'broadcast';
CREATE INDEX log_change    ON log (id)      WHERE kind IN ('edit', 'delete');
CREATE INDEX log_change_of ON log (ref, id) WHERE kind IN ('edit', 'delete');
CREATE INDEX log_own  ON log (sender_id, id)    WHERE kind IN ('direct', 'broadcast', 'room', 'action');
CREATE INDEX log_rename    ON log (room_id, id) WHERE kind = 'rename';
CREATE INDEX log_room ON log (room_id, id)      WHERE kind IN ('room', 'action');
CREATE INDEX log_to        ON log (recipient_id, id) WHERE kind = 'direct';
CREATE INDEX log_told ON log (recipient_id, id) WHERE kind IN ('invite', 'kick', 'turn', 'told');
CREATE INDEX login_failures_age ON login_failures (since);
CREATE INDEX logins_from ON logins (remote, user_id);
CREATE INDEX logins_live ON logins (node, user_id) WHERE ended_at IS NULL;
CREATE INDEX logins_of ON logins (user_id, slot, id);
CREATE UNIQUE INDEX logins_prompt ON logins (user_id, slot) WHERE slot = 'prompt' AND ended_at IS NULL;
CREATE UNIQUE INDEX members_now ON members (room_id, user_id) WHERE "left" IS NULL;
CREATE INDEX members_of ON members (user_id, room_id);
CREATE INDEX reports_open ON reports (reporter_id) WHERE closed_at IS NULL;
CREATE UNIQUE INDEX rooms_name     ON rooms (name)     WHERE closed IS NULL;
CREATE UNIQUE INDEX rooms_skeleton ON rooms (skeleton) WHERE closed IS NULL;
CREATE TRIGGER said_slowly AFTER INSERT ON log
WHEN NEW.kind IN ('room', 'action') AND (SELECT slow FROM rooms WHERE id = NEW.room_id) > 0
BEGIN
    UPDATE members SET last_said = NEW.at WHERE room_id = NEW.room_id AND user_id = NEW.sender_id AND "left" IS NULL;
END;
CREATE INDEX users_created  ON users (created);
CREATE INDEX users_disabled ON users (disabled_at) WHERE disabled_at IS NOT NULL;
CREATE INDEX users_role ON users (role) WHERE role <> '';
CREATE INDEX watches_of ON watches (watched_id);
CREATE VIRTUAL TABLE search USING fts5 (body, place, content = '', contentless_delete = 1, tokenize = 'ascii');
INSERT INTO search (rowid, body, place) VALUES(1,'hello bob','f1 t2');
INSERT INTO search (rowid, body, place) VALUES(3,'hidden from bob','f1 all');
INSERT INTO search (rowid, body, place) VALUES(5,'seen by bob','f1 all');
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('audit',2);
INSERT INTO "sqlite_sequence" VALUES('invites',1);
INSERT INTO "sqlite_sequence" VALUES('logins',2);
INSERT INTO "sqlite_sequence" VALUES('reports',1);
INSERT INTO "sqlite_sequence" VALUES('rooms',1);
INSERT INTO "sqlite_sequence" VALUES('users',3);
COMMIT;
