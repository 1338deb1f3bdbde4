ALTER TABLE trials ADD COLUMN classes INTEGER CHECK (classes >= 1);
