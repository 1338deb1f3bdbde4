-- The GPU of an attempt; null: a CPU slot.
ALTER TABLE attempts ADD COLUMN gpu TEXT;
ALTER TABLE attempts ADD COLUMN gpu_model TEXT;
-- What trials of a shape (model, method, width, batch size, precision) take on a device, as far as it is known: a model
-- of GPU, or a class of CPU.
CREATE TABLE shapes (
    shape              TEXT NOT NULL,
    device             TEXT NOT NULL,
    peak_mib           INTEGER CHECK (peak_mib > 0),
    images_per_second  REAL CHECK (images_per_second > 0),
    PRIMARY KEY (shape, device)
) STRICT;
