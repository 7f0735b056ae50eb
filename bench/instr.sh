#!/usr/bin/env bash
# Counts the instructions of a stanza with valgrind's callgrind: the difference of two numbers of repetitions, so that what happens once does not count. Prints them beside
# the record, instr.txt, and fails if one of ours is more than 5% above it.
#
#   instr.sh            compare
#   instr.sh --update   write the record anew
set -euo pipefail
cd "$(dirname "$0")"

command -v valgrind > /dev/null || { echo "instr.sh: valgrind is not installed" >&2; exit 2; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
go build -o "$tmp/instr" ./cmd/instr

# Without the garbage collector and with one thread, what is counted is what the code does: it allocates, but nothing runs at times of its own.
export GOGC=off GOMAXPROCS=1 GODEBUG=asyncpreemptoff=1

# count CASE REPETITIONS prints the instructions and the stanzas of all repetitions.
count() {
	local units
	units=$(valgrind --tool=callgrind --callgrind-out-file="$tmp/$1.$2" "$tmp/instr" "$1" "$2" 2> "$tmp/log") || { cat "$tmp/log" >&2; return 1; }
	echo "$(sed -n 's/^\(summary\|totals\): //p' "$tmp/$1.$2" | tail -n 1) $units"
}

# per_stanza CASE FEW MANY prints the instructions of a stanza.
per_stanza() {
	local few many
	few=$(count "$1" "$2")
	many=$(count "$1" "$3")
	echo "$few $many" | awk '{ printf "%.0f\n", ($3 - $1) / ($4 - $2) }'
}

status=0
: > "$tmp/new"
printf '%-12s %12s %12s %8s\n' case instructions record change
for case in tokens decode encode; do
	got=$(per_stanza "$case" 2 8)
	echo "$case $got" >> "$tmp/new"
	want=$(awk -v c="$case" '$1 == c { print $2 }' instr.txt 2> /dev/null || true)
	printf '%-12s %12d %12s %8s\n' "$case" "$got" "${want:--}" "$(awk -v g="$got" -v w="${want:-0}" 'BEGIN { if (w) printf "%+.1f%%", (g / w - 1) * 100; else print "-" }')"
	[ "${1:-}" = --update ] || awk -v g="$got" -v w="${want:-0}" 'BEGIN { exit !(w && g <= w * 1.05) }' || status=1
done
if [ "${1:-}" = --update ]; then
	mv "$tmp/new" instr.txt
elif [ $status != 0 ]; then
	echo "more than 5% above the record (or not on it): make it cheaper, or say why in the commit that runs instr.sh --update" >&2
fi
exit $status
