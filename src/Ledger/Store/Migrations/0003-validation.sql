ALTER TABLE epochs ADD COLUMN validation_loss REAL;
ALTER TABLE epochs ADD COLUMN validation_correct INTEGER;
ALTER TABLE epochs ADD COLUMN validation_total INTEGER;
