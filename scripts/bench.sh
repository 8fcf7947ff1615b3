#!/usr/bin/env bash
# Measures NlinkFs on real mounts, beside the source itself, bindfs and mergerfs; bench/README.md says how to read it.
#   bench.sh              everything, about a quarter of an hour
#   bench.sh --quick      everything but shorter, about five minutes
#   bench.sh --cold-read  only reads from sources that have nothing in memory, about two minutes
#   bench.sh --guard      for CI, about a minute: fails when NlinkFs falls far behind its source
#   bench.sh --micro      BenchmarkDotNet over the code that every request runs through, three minutes; no mounts
# Options: --out DIR (default: artifacts/bench), --help
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

out=$repo/artifacts/bench mode=full
while [ $# -gt 0 ]; do
    case $1 in
        --quick | --cold-read | --guard | --micro) mode=${1#--} ;;
        --out) out=$(realpath -m "${2:?--out needs a directory}"); shift ;;
        --help | -h) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//p}' "$0"; exit 0 ;;
        *) die "no such option: $1" "see $0 --help" ;;
    esac
    shift
done

need_build_tools
log=$(mktemp)
work=''
# The driver takes its mounts down itself; this is for when it was killed.
# shellcheck disable=SC2317 # called by the trap
cleanup() {
    local rc=$?
    trap - EXIT
    rm -f "$log"
    if [ -n "$work" ] && [ -d "$work" ]; then
        if [ -s "$work/samba/pid/smbd.pid" ]; then kill "$(cat "$work/samba/pid/smbd.pid")" 2>/dev/null || true; fi
        awk -v below="$work/" 'index($5, below) == 1 {print $5}' /proc/self/mountinfo | tac | while read -r mount; do umount -l "$mount"; done
        rm -rf --one-file-system "$work"
    fi
    exit "$rc"
}
trap cleanup EXIT

build() { quietly "$log" dotnet build "$repo/bench/$1" -c Release -nologo; }

if [ "$mode" = micro ]; then
    say "Building ..." >&2
    build NlinkFs.Benchmarks
    rm -rf "$out/micro"
    mkdir -p "$out/micro"
    say "Measuring, about three minutes; the log is $out/micro/log ..." >&2
    timeout --kill-after=10 1200 "$repo/artifacts/bin/NlinkFs.Benchmarks/release/NlinkFs.Benchmarks" --filter '*' --artifacts "$out/micro" \
        >"$out/micro/log" 2>&1 || { tail -n 20 "$out/micro/log" >&2; die "the benchmarks failed"; }
    cat "$out"/micro/results/*-github.md
    exit
fi

[ "$(id -u)" = 0 ] || die "mounting file systems needs root" "run it with sudo; --micro needs no root"
[ -c /dev/fuse ] || die "/dev/fuse is missing" "modprobe fuse; in a container: --device /dev/fuse --cap-add SYS_ADMIN"
packages=(fusermount3=fuse3)
[ "$mode" = guard ] || packages+=(smbd=samba smbclient=smbclient bindfs=bindfs mergerfs=mergerfs)
need_packages "${packages[@]}"
say "Building ..." >&2
"$repo/scripts/publish.sh" --with-sources >/dev/null
build NlinkFs.Bench
export TEST_BIN_DIR=$repo/artifacts/publish

work=$(mktemp -d /tmp/nlinkfs-bench.XXXXXX)
chmod 755 "$work"
options=(--work "$work" --out "$out" --smb-conf "$repo/container/smb.conf")
[ "$mode" = full ] || options+=("--$mode")
timeout --kill-after=60 4500 "$repo/artifacts/bin/NlinkFs.Bench/release/NlinkFs.Bench" "${options[@]}" &
driver=$!
# The driver ends its run in order when told to; a signal only ends the wait for it.
trap 'kill "$driver" 2>/dev/null || true' INT TERM
rc=0
wait "$driver" || rc=$?
while kill -0 "$driver" 2>/dev/null; do rc=0; wait "$driver" || rc=$?; done
case $rc$mode in
    0quick | 0full) say "Results: $out (results.txt, results.json, chart.svg)" >&2 ;;
    0cold-read) say "Results: $out (cold-read.txt, cold-read.json)" >&2 ;;
esac
exit $rc
