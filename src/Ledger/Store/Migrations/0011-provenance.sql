-- With what an attempt trained, on what system, and how much memory it held at most; null: its trainer did not say.
ALTER TABLE attempts ADD COLUMN trainer_version TEXT;
ALTER TABLE attempts ADD COLUMN torchsharp TEXT;
ALTER TABLE attempts ADD COLUMN libtorch TEXT;
ALTER TABLE attempts ADD COLUMN dotnet TEXT;
ALTER TABLE attempts ADD COLUMN os TEXT;
ALTER TABLE attempts ADD COLUMN kernel TEXT;
ALTER TABLE attempts ADD COLUMN memory_mib INTEGER;
ALTER TABLE attempts ADD COLUMN peak_mib INTEGER;
