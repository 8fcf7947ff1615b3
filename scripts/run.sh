#!/usr/bin/env bash
# The main job: a file system with a link count of 0, NlinkFs over it, and stock smbd exporting the result on a loopback port.
#   run.sh                 with a bundled source, mounted for the occasion
#   run.sh PATH            with your own mount
# Options: --port N (default: the first free one from 4450), --go (the bundled go-fuse source instead of our own),
#          --once (list the share with smbclient and leave), --help
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

port='' once=false kind=testsource source_path=''
while [ $# -gt 0 ]; do
    case $1 in
        --port) port=${2:?--port needs a number}; shift ;;
        --go) kind=go ;;
        --once) once=true ;;
        --help | -h) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//p}' "$0"; exit 0 ;;
        -*) die "no such option: $1" "see $0 --help" ;;
        *) source_path=$1 ;;
    esac
    shift
done

[ "$(id -u)" = 0 ] || die "mounting and exporting need root" "run it with sudo"
[ -z "$source_path" ] || [ -d "$source_path" ] || die "$source_path is not a directory"
[ -c /dev/fuse ] || die "/dev/fuse is missing" "modprobe fuse; in a container: --device /dev/fuse --cap-add SYS_ADMIN"
need_packages fusermount3=fuse3 smbd=samba smbclient=smbclient
bin=$repo/artifacts/publish
say "Building (a minute or two the first time) ..."
"$repo/scripts/publish.sh" --with-sources "$bin" >/dev/null

work=$(mktemp -d /tmp/nlinkfs-run.XXXXXX)
chmod 755 "$work"
pids=()
# shellcheck disable=SC2317 # called by the trap
cleanup() {
    local rc=$? pid
    trap - EXIT INT TERM
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    for mount in "$work/export" "$work/source"; do
        while mountpoint -q "$mount" 2>/dev/null; do umount -l "$mount" || break; done
    done
    rm -rf --one-file-system "$work"
    exit "$rc"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

start() { # NAME COMMAND ...: in the background, with a log of its own
    local name=$1
    shift
    "$@" >"$work/$name.log" 2>&1 &
    pids=("$!" "${pids[@]}")
}

wait_for() { # NAME TEST ...: until it holds, or the program has died
    local name=$1
    shift
    for _ in $(seq 200); do
        if "$@" 2>/dev/null; then return; fi
        kill -0 "${pids[0]}" 2>/dev/null || break
        sleep 0.1
    done
    tail -n 20 "$work/$name.log" >&2
    die "$name did not start; its log is above"
}

port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

if [ -z "$source_path" ]; then
    mkdir "$work/source"
    source_path=$work/source
    program=$bin/nlinkfs-testsource
    options=(--nlink zero)
    [ $kind = go ] && { program=$bin/go-zero-nlink-source; options=(-nlink lookup-zero); }
    start source "$program" "${options[@]}" "$source_path"
    wait_for source grep -q '^ready ' "$work/source.log"
fi

mkdir "$work/export"
start nlinkfs "$bin/nlinkfs" mount --foreground "$source_path" "$work/export"
wait_for nlinkfs grep -q 'Mirroring ' "$work/nlinkfs.log"

if [ -z "$port" ]; then
    port=4450
    until port_is_free "$port"; do port=$((port + 1)); done
elif ! port_is_free "$port"; then
    die "port $port is in use"
fi
mkdir -p "$work"/samba/{lock,state,cache,pid,private,ncalrpc}
leases=''
smbd_version=$(smbd --version | grep -oE '[0-9]+\.[0-9]+' | head -n 1)
# Changes behind smbd's back never break a directory lease, so clients would list stale directories for minutes.
if [ "$(printf '%s\n4.22\n' "$smbd_version" | sort -V | head -n 1)" = 4.22 ]; then leases='smb3 directory leases = no'; fi
owner=$(stat -c %U "$work/export")
sed -e "s|@PORT@|$port|; s|@INTERFACES@|lo 127.0.0.1|; s|@GUEST@|nobody|; s|@SHARE@|nlinkfs|; s|@PATH@|$work/export|" \
    -e "s|@STATE@|$work/samba|; s|@FORCE_USER@|$owner|; s|@DIRECTORY_LEASES@|$leases|" \
    "$repo/container/smb.conf" >"$work/smb.conf"
# In a process group of its own, which is its default: at its end it signals all of its group.
start smbd smbd --foreground --configfile "$work/smb.conf" --debug-stdout
list=(smbclient //127.0.0.1/nlinkfs -p "$port" -N)
wait_for smbd "${list[@]}" -c ls -t 5 >/dev/null

links() { stat -c '%h' "$1" 2>/dev/null || echo '?'; }
directory=$(find "$work/export" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' 2>/dev/null | sort | head -n 1 || true)
file=$(find "$work/export" -maxdepth 2 -type f -printf '%P\n' 2>/dev/null | sort | tail -n 1 || true)
say
say "source   $source_path   ($(findmnt -n -o FSTYPE -T "$source_path"))"
say "mirror   $work/export   (fuse.nlinkfs, read-only)"
say "share    //127.0.0.1/nlinkfs   port $port, guests welcome, stock smbd $(smbd --version | cut -d' ' -f2)"
say
printf '%-34s %8s %8s\n' 'link counts (stat -c %h)' source mirror
printf '%-34s %8s %8s\n' '/' "$(links "$source_path")" "$(links "$work/export")"
for name in "$directory" "$file"; do
    [ -n "$name" ] && printf '%-34.34s %8s %8s\n' "$name" "$(links "$source_path/$name")" "$(links "$work/export/$name")"
done
say
say "Try it:   ${list[*]} -c 'recurse; ls'"
if $once; then
    say
    "${list[@]}" -c 'recurse; ls'
    exit 0
fi
say
say "Ctrl-C takes all of it down."
set +e
wait -n "${pids[@]}"
die "something ended by itself; the logs:" "$(tail -n 5 "$work"/*.log)"
