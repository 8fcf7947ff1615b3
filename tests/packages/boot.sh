#!/bin/bash
# boot.sh ROOT SCRIPT: boots the systemd of ROOT in namespaces of its own, has it run SCRIPT as a service, and ends with that one's exit code.
# Its first call makes a control group for it, its second, inside of the namespaces, the mounts.
set -euo pipefail
root=$1

if [ $$ != 1 ]; then
    groups=$(mktemp -d)
    mount -t cgroup2 cgroup2 "$groups"
    group=$groups$(sed -n 's/^0:://p' /proc/self/cgroup)/nlinkfs-packages-$$
    mkdir "$group"
    rc=0
    (
        echo "$BASHPID" >"$group/cgroup.procs"
        exec timeout --kill-after=5 180 unshare --mount --pid --fork --kill-child --cgroup --ipc --uts "$0" "$@"
    ) || rc=$?
    find "$group" -depth -type d -exec rmdir {} +
    umount "$groups"
    rmdir "$groups"
    exit "$rc"
fi

mount --make-rprivate /
mount --rbind "$root" "$root"
cd "$root"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs dev
for device in null zero full random urandom tty; do
    touch "dev/$device"
    mount --bind "/dev/$device" "dev/$device"
done
mknod -m 666 dev/fuse c 10 229
touch dev/console
mount --bind /proc/self/fd/1 dev/console
mkdir dev/shm dev/pts
mount -t devpts devpts dev/pts
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
cat >etc/systemd/system/packages-test.service <<UNIT
[Unit]
Description=Test of packages
After=dbus.socket
SuccessAction=exit-force
FailureAction=exit-force
[Service]
Type=oneshot
ExecStart=/bin/bash /packages/$2
StandardOutput=append:/packages/log
StandardError=inherit
UNIT
: >packages/log
pivot_root . mnt
umount -l /mnt
exec env -i container=nlinkfs PATH=/usr/sbin:/usr/bin /lib/systemd/systemd --system --log-target=console --log-level=warning --show-status=no \
    --unit=packages-test.service
