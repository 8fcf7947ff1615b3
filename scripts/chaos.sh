#!/usr/bin/env bash
# Has a source fail again and again beneath a mirror that is in use, and counts what its users see of it:
#   chaos.sh [--restarts N] [--seed S] [--source csharp|go] [--io auto|proxy|passthrough] [--absence SECONDS] [--json FILE]
# The source is killed, unmounted, stopped, replaced, and comes back empty; a restart takes about two seconds.
# Exit code 0 only when no byte, no name and no call went wrong.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

case ${1:-} in --help | -h) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//p}' "$0"; exit 0 ;; esac

[ "$(id -u)" = 0 ] || die "mounting file systems needs root" "run it with sudo"
[ -c /dev/fuse ] || die "/dev/fuse is missing" "modprobe fuse; in a container: --device /dev/fuse --cap-add SYS_ADMIN"
need_build_tools
need_packages fusermount3=fuse3
log=$(mktemp)
work=$(mktemp -d /tmp/nlinkfs-chaos.XXXXXX)
chmod 755 "$work"
# The driver takes its mounts down itself; this is for when it was killed.
# shellcheck disable=SC2317 # called by the trap
cleanup() {
    local rc=$?
    trap - EXIT
    awk -v below="$work/" 'index($5, below) == 1 {print $5}' /proc/self/mountinfo | tac | while read -r mount; do umount -l "$mount"; done
    rm -rf --one-file-system "$work" "$log"
    exit "$rc"
}
trap cleanup EXIT

say "Building ..." >&2
"$repo/scripts/publish.sh" --with-sources >/dev/null
quietly "$log" dotnet build "$repo/tests/NlinkFs.Chaos" -c Release -nologo
TEST_BIN_DIR=$repo/artifacts/publish TMPDIR=$work "$repo/artifacts/bin/NlinkFs.Chaos/release/NlinkFs.Chaos" "$@" &
driver=$!
# The driver ends its run in order when told to; a signal only ends the wait for it.
trap 'kill "$driver" 2>/dev/null || true' INT TERM
rc=0
wait "$driver" || rc=$?
while kill -0 "$driver" 2>/dev/null; do rc=0; wait "$driver" || rc=$?; done
exit $rc
