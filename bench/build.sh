#!/usr/bin/env bash
# Measures a cold build of the generated packages: how long it takes with an empty cache, the standard library and what gen/ rests on built before, and what the largest
# compilation takes.
set -euo pipefail
cd "$(dirname "$0")"

tmp=$(mktemp -d)
trap 'chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT
go build -o "$tmp/peak" ./cmd/peak
cd ..
export GOCACHE=$tmp/cache PEAK=$tmp/peaks
tool=(-toolexec "$tmp/peak")
go build "${tool[@]}" ./wire ./jid
rm -f "$PEAK"
packages=$(go list ./gen/... | wc -l)
began=$(date +%s.%N)
go build "${tool[@]}" ./gen/...
ended=$(date +%s.%N)
echo "$packages packages of gen/ in $(awk -v a="$began" -v b="$ended" 'BEGIN { printf "%.1f", b - a }') s"
sort -rn "$PEAK" | awk '$2 == "compile" { printf "most memory for one compilation: %.0f MB, %s\n", $1 / 1024, $3; exit }'
