CREATE TABLE layer_counts (
    trial   INTEGER NOT NULL,
    epoch   INTEGER NOT NULL,
    layers  TEXT NOT NULL CHECK (json_valid(layers)),
    PRIMARY KEY (trial, epoch),
    FOREIGN KEY (trial, epoch) REFERENCES epochs (trial, epoch) ON DELETE CASCADE
) STRICT;
INSERT INTO layer_counts
    SELECT trial, epoch, '[' || group_concat(
        format('[%d,%d,%d,%d,%d,%s,%s', layer, weights, ones, empty_filters, dense_bops, round_trip(tau), round_trip(phi))
            || iif(h0 IS NULL, '', format(',%d,%d,%d,%d,%d,%d,%d,%d,%d,%d', h0, h1, h2, h3, h4, h5, h6, h7, h8, h9)) || ']',
        ',' ORDER BY layer) || ']'
    FROM layers GROUP BY trial, epoch;
DROP TABLE layers;
CREATE VIEW layers AS
    SELECT c.trial, c.epoch, l.value ->> 0 AS layer, l.value ->> 1 AS weights, l.value ->> 2 AS ones, l.value ->> 3 AS empty_filters,
           l.value ->> 4 AS dense_bops, l.value ->> 5 AS tau, l.value ->> 6 AS phi, l.value ->> 7 AS h0, l.value ->> 8 AS h1,
           l.value ->> 9 AS h2, l.value ->> 10 AS h3, l.value ->> 11 AS h4, l.value ->> 12 AS h5, l.value ->> 13 AS h6,
           l.value ->> 14 AS h7, l.value ->> 15 AS h8, l.value ->> 16 AS h9
    FROM layer_counts c, json_each(c.layers) l;
