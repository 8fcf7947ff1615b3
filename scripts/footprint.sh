#!/usr/bin/env bash
# What a mirror costs: size of the binary, time from start to an answering mount, resident memory idle and after walking 200,000 files.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[ "$(id -u)" = 0 ] || die "mounting needs root" "run it with sudo"
need_packages fusermount3=fuse3
bin=$repo/artifacts/publish
if [ ! -x "$bin/nlinkfs" ] || [ ! -x "$bin/nlinkfs-testsource" ]; then "$repo/scripts/publish.sh" --with-sources "$bin" >/dev/null; fi

work=$(mktemp -d /tmp/nlinkfs-footprint.XXXXXX)
# shellcheck disable=SC2317 # called by the trap
cleanup() {
    umount -l "$work/mirror" "$work/source" 2>/dev/null || true
    rm -rf --one-file-system "$work"
}
trap cleanup EXIT
mkdir "$work/source" "$work/mirror"
tree=()
for i in $(seq 0 199); do tree+=(--wide "a$((i % 10))/b$i=1000"); done
"$bin/nlinkfs-testsource" "${tree[@]}" "$work/source" >"$work/source.log" &
until grep -q '^ready ' "$work/source.log" 2>/dev/null; do sleep 0.05; done

resident() { awk '/^VmRSS/ {printf "%.1f MB\n", $2 / 1000}' "/proc/$(pgrep -f "nlinkfs mount $work/source")/status"; }

say "binary                         $(stat -c %s "$bin/nlinkfs" | awk '{printf "%.1f MB", $1 / 1e6}')"
times=()
for run in 1 2 3 4 5 6 7; do
    start=$(date +%s%N)
    "$bin/nlinkfs" mount "$work/source" "$work/mirror"
    times+=($((($(date +%s%N) - start) / 1000)))
    [ "$run" = 7 ] || "$bin/nlinkfs" unmount "$work/mirror"
done
say "start to an answering mount    $(printf '%s\n' "${times[@]}" | sort -n | awk 'NR == 4 {printf "%.0f ms", $1 / 1000}') (median of 7)"
say "resident, idle                 $(resident)"
files=$(find "$work/mirror" -type f -printf '%s\n' | wc -l)
say "resident, $files files just walked  $(resident)"
sleep 10
say "resident, ten seconds later        $(resident)"
"$bin/nlinkfs" unmount "$work/mirror"
umount "$work/source"
