-- It was written and never read.
DROP TABLE nodes;
