ALTER TABLE sweeps ADD COLUMN wish TEXT NOT NULL DEFAULT 'active' CHECK (wish IN ('active', 'paused', 'cancelled'));
ALTER TABLE sweeps ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
UPDATE sweeps SET priority = coalesce(
    (SELECT run_spec ->> '$.priority' FROM revisions r WHERE r.sweep = sweeps.name AND r.revision = sweeps.revision), 0);
ALTER TABLE revisions ADD COLUMN trace_parent TEXT;

CREATE VIEW live_trials AS
    SELECT rt.trial, rt.ordinal, s.name AS sweep, s.priority, r.run_spec, r.trace_parent
    FROM sweeps s
    JOIN revisions r ON r.sweep = s.name AND r.revision = s.revision
    JOIN revision_trials rt ON rt.sweep = s.name AND rt.revision = s.revision
    WHERE s.wish = 'active';
