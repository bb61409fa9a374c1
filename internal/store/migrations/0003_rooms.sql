-- Rooms: what 0001 laid out was never written to.

DROP TABLE members;
DROP TABLE rooms;
DROP INDEX log_room;
DROP INDEX log_own;

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

CREATE UNIQUE INDEX rooms_name     ON rooms (name)     WHERE closed IS NULL;
CREATE UNIQUE INDEX rooms_skeleton ON rooms (skeleton) WHERE closed IS NULL;

-- One row a stay: what was said above joined and below "left" is for that member.
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

CREATE UNIQUE INDEX members_now ON members (room_id, user_id) WHERE "left" IS NULL;
CREATE INDEX members_of ON members (user_id, room_id);

CREATE TABLE invitations (
    room_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    PRIMARY KEY (room_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX invitations_of ON invitations (user_id);

CREATE INDEX log_room ON log (room_id, id)      WHERE kind IN ('room', 'action');
CREATE INDEX log_own  ON log (sender_id, id)    WHERE kind IN ('direct', 'broadcast', 'room', 'action');
CREATE INDEX log_told ON log (recipient_id, id) WHERE kind IN ('invite', 'kick');

CREATE TRIGGER said_slowly AFTER INSERT ON log
WHEN NEW.kind IN ('room', 'action') AND (SELECT slow FROM rooms WHERE id = NEW.room_id) > 0
BEGIN
    UPDATE members SET last_said = NEW.at WHERE room_id = NEW.room_id AND user_id = NEW.sender_id AND "left" IS NULL;
END;

-- Older binaries would show lines of rooms to nobody and take their entries for none.
UPDATE meta SET oldest = 3;
