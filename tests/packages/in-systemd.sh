#!/bin/bash
# Runs as a service of a systemd that was booted in the clean root: mirrors as units.
# shellcheck disable=SC2016,SC2317 # single quotes: for the inner shell; functions: called by check
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/checks.sh"
export LC_ALL=C.UTF-8

state() { systemctl show --value -p "$1" nlinkfs@one.service; }
is() { [ "$(state "$1")" = "$2" ] || { echo "$1 is $(state "$1"), not $2"; systemctl status --no-pager nlinkfs@one.service; return 1; }; }
reads() { [ "$(cat "$1/file")" = content ]; }

check "it installs" dpkg -i /packages/nlinkfs_*.deb
mkdir -p /source /mirror /late /export/dfs
echo content >/source/file
printf 'source = "/source"\nmountpoint = "/mirror"\n' >/etc/nlinkfs/one.toml

mkdir -p /etc/systemd/system/nlinkfs@one.service.d
printf '[Service]\nWatchdogSec=4s\nTimeoutAbortSec=2s\n' >/etc/systemd/system/nlinkfs@one.service.d/quick.conf
systemctl daemon-reload
check "systemctl start returns when the mirror answers" systemctl start nlinkfs@one.service
check "others see the mirror" reads /mirror
check "it is active" is ActiveState active
check "systemctl status shows how it does" eventually is StatusText "Mirroring /source at /mirror"
check "nlinkfs status agrees" says "present since" nlinkfs status /mirror
check "nothing it needs is forbidden" silent sh -c 'journalctl -b -p warning -o cat -u nlinkfs@one.service | grep . || :'

systemctl kill --signal=KILL nlinkfs@one.service
check "it is started again when it was killed" eventually is NRestarts 1
check "and serves again" eventually reads /mirror

pid=$(state MainPID)
kill -STOP "$pid"
check "the watchdog ends one that does not answer" eventually sh -c "! kill -0 $pid"
check "and it serves again" eventually reads /mirror
check "systemctl stop stops it" systemctl stop nlinkfs@one.service
check "without a trace" sh -c '! mountpoint -q /mirror && ! systemctl is-failed -q nlinkfs@one.service'

cp /usr/share/doc/nlinkfs/examples/export-dfs.mount /etc/systemd/system/
# What it mirrors here is a plain directory.
sed -i 's|^What=.*|What=/source|; s|,source-mount||' /etc/systemd/system/export-dfs.mount
systemctl daemon-reload
check "a mount unit starts" systemctl start export-dfs.mount
check "and is a mirror" reads /export/dfs
check "and stops" systemctl stop export-dfs.mount

systemctl start nlinkfs@one.service
check "purging it stops its mirrors" dpkg --purge nlinkfs
check "which are gone" sh -c '! mountpoint -q /mirror'
finish
