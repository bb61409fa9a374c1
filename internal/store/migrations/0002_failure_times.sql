-- Failures are counted in a window that slides, so the time of each is kept. Locks stay; what led to none
-- yet is forgotten. Older binaries would look for the count.

CREATE TABLE failures (
    name_key     TEXT    NOT NULL, -- of an account or not: both count alike
    remote       TEXT    NOT NULL,
    port         INTEGER NOT NULL, -- 0: the whole address (IPv6: the /64)
    times        TEXT    NOT NULL, -- of the newest failures since the last lock, as many as lead to one: 16 digits each
    since        INTEGER NOT NULL, -- the newest failure's time
    locks        INTEGER NOT NULL DEFAULT 0,
    locked_until INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (name_key, remote, port)
) STRICT, WITHOUT ROWID;

INSERT INTO failures SELECT name_key, remote, port, '', since, locks, locked_until FROM login_failures;
DROP TABLE login_failures;
ALTER TABLE failures RENAME TO login_failures;
CREATE INDEX login_failures_age ON login_failures (since);

UPDATE meta SET oldest = 2;
