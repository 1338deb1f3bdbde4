#!/usr/bin/env bash
# Creates home.tar.gz and expected/ with a Release build of commit ee4ed76, never with a newer one:
#
#     git worktree add /tmp/ee4ed76 ee4ed76 && (cd /tmp/ee4ed76 && dotnet build -c Release)
#     tests/EndToEnd/homes/make-home.sh /tmp/ee4ed76
#
# README.md in this folder describes the home. Requires bash, jq and GNU tar; takes about a minute.
set -euo pipefail

base=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
place=/tmp/sbnn-kept-home   # The files of the home contain this path, so it must not change.
sbnn=$base/artifacts/bin/Sbnn.Sweeps.Silo/release/sbnn
[ "$(git -C "$base" rev-parse --short HEAD)" = ee4ed76 ] || { echo "$base is not at ee4ed76" >&2; exit 1; }

rm -rf "$place"
mkdir -p "$place/home"
cp -r "$here/specs" "$place/"
printf kept-node > "$place/home/node"   # Without this file the node would have this machine's name.

# exec makes $! the process ID of sbnn when the function runs in the background.
start() { exec "$sbnn" run "$place/specs/$1.yaml" --home "$2" --data "$place/data" --out "$3" --slots "${4:-2}" --threads 1; }
run() { (start "$@"); }

until_true() { for ((i = 0; i < 2400; i++)); do if "$@"; then return; fi; sleep 0.02; done; echo "never: $*" >&2; exit 1; }

# Prints the folder of a trial's first attempt. $1: the trial's number in the grid, counted from 1.
folder() { echo "$place/home/trials/${keys[$1 - 1]}/1"; }
state() { "$sbnn" show kept --home "$place/home" --json | jq -r ".trials[$1 - 1].state"; }
is() { [ "$(state "$1")" = "$2" ]; }
pid() { jq .pid "$1/process.json"; }
has_epoch() { grep -qs "\"epoch\":{\"epoch\":$2," "$1/events.ndjson"; }
has_step() { ls "$1"/checkpoint-*.sbnn 2>/dev/null | grep -v -- '-00000000.sbnn' | grep -q .; }
exists() { [ -e "$1" ]; }

start kept "$place/home" "$place/out" 4 > "$place/kept.log" 2>&1 &
head=$!
until_true exists "$place/home/head.json"
until_true is 1 running
mapfile -t keys < <("$sbnn" show kept --home "$place/home" --json | jq -r '.trials[].key')

# Trial 1: its first attempt is killed after an epoch, and its second attempt finishes it.
one=$(folder 1); four=$(folder 4); five=$(folder 5); six=$(folder 6)
until_true has_epoch "$one" 1
kill -9 -- "-$(pid "$one")"

# A second sweep is paused before its own trial has begun.
start paused "$place/home" "$place/out" > "$place/paused.log" 2>&1 &
joined=$!
until_true eval '"$sbnn" pause paused --home "$place/home" > "$place/pause.log" 2>&1'
kill -9 "$joined"

# Trials 4, 5 and 6 are suspended, each with a checkpoint within an epoch, until trials 1, 2 and 3 are finished.
for trial in "$four" "$five" "$six"; do
  until_true has_epoch "$trial" 2
  until_true has_step "$trial"
  kill -STOP -- "-$(pid "$trial")"
done
for trial in 1 2 3; do until_true is "$trial" finished; done

# Trial 4: its trainer is killed while the head runs, so that the ledger records that the trial waits. Then the head is
# killed.
kill -9 -- "-$(pid "$four")"
until_true is 4 waiting
kill -9 "$head"

# Trial 5: its trainer is stopped while no head runs, so that it writes a last checkpoint and the ledger records no end.
kill -TERM -- "-$(pid "$five")"; kill -CONT -- "-$(pid "$five")"
until_true grep -qs '"$type":"failed"' "$five/events.ndjson"

# Trial 6: its trainer is killed, so that its folder is that of a running trainer.
kill -9 -- "-$(pid "$six")"
wait 2>/dev/null || true

for trial in 1 2 3 4 5 6; do echo "$trial $(state "$trial")"; done
tar -C "$place" --sort=name --owner=0 --group=0 --numeric-owner -cf - home | gzip -9n > "$here/home.tar.gz"

# Resumes all sweeps in a copy of the home with ee4ed76, and stores the reports.
cp -a "$place/home" "$place/copy"
rm -rf "$here/expected"
run finished "$place/copy" "$place/expected"
run kept "$place/copy" "$place/expected"
run open "$place/copy" "$place/expected"
"$sbnn" doctor --home "$place/copy"
mkdir -p "$here/expected"
for sweep in finished kept open; do
  mkdir -p "$here/expected/$sweep"
  cp "$place/expected/$sweep/"{table.md,table.csv,layers.csv,figure.svg,figure.csv} "$here/expected/$sweep/"
done
ls -l "$here/home.tar.gz"
