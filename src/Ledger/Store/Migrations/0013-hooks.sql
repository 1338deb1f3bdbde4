-- How the calls of a revision's hooks ended (run.on-finish). A hook without a row has not been called. Neither its URL
-- nor its program is stored.
CREATE TABLE hook_calls (
    sweep TEXT NOT NULL,
    revision INTEGER NOT NULL,
    hook TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('delivered', 'failed')),
    reason TEXT,
    ended_at INTEGER NOT NULL,
    PRIMARY KEY (sweep, revision, hook),
    FOREIGN KEY (sweep, revision) REFERENCES revisions (sweep, revision)
) STRICT;
