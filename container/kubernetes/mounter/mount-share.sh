#!/bin/sh
# Keeps an SMB share mounted with the kernel's CIFS client, until SIGTERM, which unmounts it.
#   SHARE         what to mount: //HOST/NAME
#   MOUNT_POINT   where: a subdirectory of the directory that other pods bind, never that directory itself
#   OPTIONS       mount options added to the ones below, which they win over: soft, vers=3.0 ...
#   CREDENTIALS   a file with the lines username= and password=; a guest without it
#   INTERVAL      seconds between two looks (5)
#
# Whether the share is mounted is read from mountinfo. Nothing looks at the mount itself: while its server is away, whoever looks waits.
# For the same reason mount and umount run beside the loop. A mount that is there is left alone, since the kernel reconnects by itself.
set -u

say() { printf 'mount-share: %s\n' "$*" >&2; }

die() {
    say "$*"
    exit 1
}

SHARE=${SHARE-} MOUNT_POINT=${MOUNT_POINT-} OPTIONS=${OPTIONS-} CREDENTIALS=${CREDENTIALS-} INTERVAL=${INTERVAL:-5}
case $SHARE in
    *[[:space:]\\]* | */) die "SHARE is '$SHARE': it has to be //HOST/NAME, without spaces, backslashes or a slash at its end" ;;
    //?*/?*) ;;
    *) die "SHARE is '$SHARE': it has to be //HOST/NAME" ;;
esac
case $MOUNT_POINT in
    *[[:space:]\\]* | */ | *//*) die "MOUNT_POINT is '$MOUNT_POINT': it has to be a plain path without spaces" ;;
    /?*/?*) ;;
    *) die "MOUNT_POINT is '$MOUNT_POINT': it has to be a subdirectory of what other pods bind, such as /mnt/dfs" ;;
esac
case $INTERVAL in
    *[!0-9]* | 0) die "INTERVAL is '$INTERVAL': it has to be a number of seconds" ;;
esac
identity=guest
if [ -n "$CREDENTIALS" ]; then
    [ -r "$CREDENTIALS" ] || die "CREDENTIALS: cannot read $CREDENTIALS"
    identity=credentials=$CREDENTIALS
fi

# hard: while the server is away calls wait, and whoever waits can be killed. With soft they fail after 10 s, and a failover can take longer.
# echo_interval=5: a server that has gone silent is given up after 15 s, and not after 180 s.
options=ro,nosuid,nodev,noexec,vers=3.1.1,hard,echo_interval=5,$identity${OPTIONS:+,$OPTIONS}

# What the topmost mount at MOUNT_POINT is of; nothing when there is none.
mounted() {
    found=
    while read -r _ _ _ _ point rest; do
        [ "$point" != "$MOUNT_POINT" ] || found=${rest#* - * }
    done </proc/self/mountinfo
    printf '%s\n' "${found%% *}"
}

# start NAME SECONDS COMMAND ...: beside the loop, one at a time; a command that takes longer is asked to end, then killed.
job=
start() {
    doing=$1 waited=0
    shift
    timeout -k 5 "$@" &
    job=$!
}

busy() { [ -n "$job" ] && kill -0 "$job" 2>/dev/null; }

# The wait for a sleep beside the shell ends at a signal; a sleep of the shell itself would be sat out.
nap() {
    sleep "$1" &
    napping=$!
    wait $napping
}

finish() {
    trap '' TERM INT
    kill "$napping" 2>/dev/null
    if busy; then kill "$job"; fi
    job='' tries=0
    # Lazily, as consumers have files open; those go on until they are closed. A mount that is not ours stays.
    while tries=$((tries + 1)); do
        case $(mounted) in
            //*) [ $tries -lt 10 ] || die "$MOUNT_POINT cannot be unmounted; on the node: umount -l" ;;
            *) break ;;
        esac
        busy || start "umount" 8 umount -l "$MOUNT_POINT"
        sleep 1
    done
    say "stopped"
    exit 0
}
napping=
trap finish TERM INT

before=$(mounted)
if [ -z "$before" ]; then
    # Closed to whoever is not root: a scanner of libraries must find an error there while the share is away, never an empty library.
    mkdir -p "$MOUNT_POINT" || die "cannot make $MOUNT_POINT"
    chmod 0 "$MOUNT_POINT" || die "cannot close $MOUNT_POINT"
fi
say "keeping $SHARE on $MOUNT_POINT"

before=nothing-yet
while :; do
    now=$(mounted)
    if [ "$now" != "$before" ]; then
        case $now in
            "$SHARE") say "$SHARE is mounted" ;;
            //*) say "$MOUNT_POINT has $now instead of $SHARE, which has to go" ;;
            "") say "$MOUNT_POINT has no mount" ;;
            *) say "$MOUNT_POINT has a mount of something else ($now); nothing is done until somebody takes it away" ;;
        esac
        before=$now
    fi
    if busy; then
        waited=$((waited + INTERVAL))
        [ $((waited / INTERVAL % 12)) != 0 ] || say "$doing has taken $waited s so far: can this node reach $SHARE?"
    else
        case $now in
            # Not by mount(8): busybox has its own way with CIFS, and loses "ro" on it.
            "") start "mount" 30 mount.cifs "$SHARE" "$MOUNT_POINT" -o "$options" ;;
            "$SHARE") ;;
            //*) start "umount" 30 umount -l "$MOUNT_POINT" ;;
        esac
    fi
    nap "$INTERVAL"
done
