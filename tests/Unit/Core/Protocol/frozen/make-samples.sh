#!/usr/bin/env bash
# Creates the samples in this folder and ../../Ledger/ledgers/version-8.db with a Release build of commit ee4ed76, never
# with a newer one. Run tests/EndToEnd/homes/make-home.sh first, which creates /tmp/sbnn-kept-home.
#
#     tests/Unit/Protocol/frozen/make-samples.sh /tmp/ee4ed76
#
# Requires bash and sqlite3.
set -euo pipefail

base=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
place=/tmp/sbnn-kept-home
sbnn=$base/artifacts/bin/Sbnn.Sweeps.Silo/release/sbnn
trainer=$base/artifacts/bin/Sbnn.Sweeps.Trainer/release/sbnn-trainer
[ "$(git -C "$base" rev-parse --short HEAD)" = ee4ed76 ] || { echo "$base is not at ee4ed76" >&2; exit 1; }

cp "$here/rich.yaml" "$place/specs/"
"$sbnn" run "$place/specs/rich.yaml" --home "$place/copy" --data "$place/data" --out "$place/rich-out" --slots 2 --threads 1
"$sbnn" doctor --home "$place/copy"
rm -f "$here/../../Ledger/ledgers/version-8.db"
sqlite3 "$place/copy/ledger.db" "VACUUM INTO '$here/../../Ledger/ledgers/version-8.db'"

# From the sweep rich: the trial with a learned domain at 62.5 %, seed 3. From kept: its first trial.
rich=$(sqlite3 "$place/copy/ledger.db" "
  SELECT key FROM trials WHERE spec ->> '$.sparsity' = 62.5 AND spec ->> '$.seed' = 3 AND spec ->> '$.model' = 'reactnet18'")
plain=3c17f80cbe213adb9928998c4c4fc58ce0d52d79d55179903bccf2b3c6782927
four=00d4d5bd6fae26a1271f4bf136614bc334d4766bf3ef6338a389d9fe77e1d240
five=5951f160997dacfcceeea5f558688904aea7672ecfbbc0068c4121d755912720
for name in trial result; do
  cp "$place/copy/trials/$rich/1/$name.json" "$here/$name-rich.json"
  cp "$place/copy/trials/$plain/2/$name.json" "$here/$name-plain.json"
done

# A trainer of another device class does not use the checkpoints, and reports why. One step is enough.
rm -rf "$place/afresh"
cp -r "$place/home/trials/$five/1" "$place/afresh"
sed -i 's/"preflight": true/"preflight": false/; s/"leaveAfterSteps": 0/"leaveAfterSteps": 1/' "$place/afresh/trial.json"
rm "$place/afresh/events.ndjson"
ATEN_CPU_CAPABILITY=default "$trainer" "$place/afresh" || true

# Every kind of event, each with every member it can have.
{
  head -n 14 "$place/home/trials/$four/1/events.ndjson"
  cat "$place/home/trials/$plain/2/events.ndjson"
  tail -n 1 "$place/home/trials/$five/1/events.ndjson"
  cat "$place/afresh/events.ndjson"
  cat "$place/copy/trials/$rich/1/events.ndjson"
} > "$here/events.ndjson"
ls -l "$here" "$here/../../Ledger/ledgers"
