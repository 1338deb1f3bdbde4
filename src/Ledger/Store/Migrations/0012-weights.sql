-- The SHA-256 of the weights that a trial's attempt left on its node; null: they were not kept, or (best_weights) no
-- epoch was at the target.
ALTER TABLE results ADD COLUMN best_weights TEXT;
ALTER TABLE results ADD COLUMN last_weights TEXT;
