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
