ALTER TABLE attempts ADD COLUMN trace_parent TEXT;

DROP INDEX open_trials;
CREATE INDEX trials_by_state ON trials (state);
