-- What was said can be changed, found again, and come back to.

-- The words of what was said as it stands now. place says from whom (f1), to whom (t2, all) or in which room (r3).
CREATE VIRTUAL TABLE search USING fts5 (body, place, content = '', contentless_delete = 1, tokenize = 'ascii');

INSERT INTO search (rowid, body, place)
SELECT id, words(body), 'f' || coalesce(sender_id, 0) || CASE kind
       WHEN 'direct' THEN ' t' || recipient_id WHEN 'broadcast' THEN ' all' ELSE ' r' || room_id END
FROM   log WHERE kind IN ('direct', 'broadcast', 'room', 'action');

-- How somebody stands to a conversation: with a person, in a room, or, with neither, to all of them.
CREATE TABLE conversations (
    user_id     INTEGER NOT NULL,
    room_id     INTEGER NOT NULL,
    with_id     INTEGER NOT NULL,
    read        INTEGER NOT NULL DEFAULT 0,  -- what is above it they have not read
    notify      TEXT    NOT NULL DEFAULT '', -- off | mention | all; '': as their settings have it
    quiet_until INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, room_id, with_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX conversations_told ON conversations (user_id, room_id) WHERE notify <> '' OR quiet_until <> 0;

INSERT INTO conversations (user_id, room_id, with_id, read) SELECT id, 0, 0, (SELECT id FROM log_head) FROM users;

-- The lines that somebody had begun and not sent when their session ended: one in each conversation.
CREATE TABLE unsent (
    user_id INTEGER NOT NULL,
    room_id INTEGER NOT NULL,
    with_id INTEGER NOT NULL,
    aside   INTEGER NOT NULL, -- 1: begun in a conversation that they had turned away from
    at      INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    PRIMARY KEY (user_id, room_id, with_id)
) STRICT;

-- Who wants to know when somebody comes.
CREATE TABLE watches (
    watcher_id INTEGER NOT NULL,
    watched_id INTEGER NOT NULL,
    PRIMARY KEY (watcher_id, watched_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX watches_of ON watches (watched_id);

CREATE TABLE pins (
    room_id INTEGER NOT NULL,
    line    INTEGER NOT NULL,
    entry   INTEGER NOT NULL, -- the 'pin'
    PRIMARY KEY (room_id, line)
) STRICT, WITHOUT ROWID;

-- Who waits for a turn, in the order of entry.
CREATE TABLE hands (
    room_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    entry   INTEGER NOT NULL, -- the 'hand'
    PRIMARY KEY (room_id, user_id)
) STRICT, WITHOUT ROWID;

ALTER TABLE logins ADD COLUMN away TEXT; -- what they say of being away; NULL: they are here

CREATE INDEX log_change    ON log (id)      WHERE kind IN ('edit', 'delete');
CREATE INDEX log_change_of ON log (ref, id) WHERE kind IN ('edit', 'delete');
CREATE INDEX log_rename    ON log (room_id, id) WHERE kind = 'rename';
DROP INDEX log_told;
CREATE INDEX log_told ON log (recipient_id, id) WHERE kind IN ('invite', 'kick', 'turn');

-- Older binaries would show lines that were taken back.
UPDATE meta SET oldest = 4;
