-- Model, method, width, batch size and precision, separated by slashes.
ALTER TABLE trials ADD COLUMN shape TEXT NOT NULL DEFAULT '';
UPDATE trials SET shape =
    coalesce(spec ->> '$.model', 'resnet18') || '/' || coalesce(spec ->> '$.method', 'sbnn')
    || '/' || coalesce(spec ->> '$.width', 64) || '/' || coalesce(spec ->> '$.batchSize', 512)
    || '/' || coalesce(spec ->> '$.precision', 'float32');
-- The GPU of an attempt; null: a CPU slot.
ALTER TABLE attempts ADD COLUMN gpu TEXT;
ALTER TABLE attempts ADD COLUMN gpu_model TEXT;
-- What trials of a shape take on a device, as far as it is known: a model of GPU, or a class of CPU.
CREATE TABLE shapes (
    shape              TEXT NOT NULL,
    device             TEXT NOT NULL,
    peak_mib           INTEGER CHECK (peak_mib > 0),
    images_per_second  REAL CHECK (images_per_second > 0),
    PRIMARY KEY (shape, device)
) STRICT;
