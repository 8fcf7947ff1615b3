#!/usr/bin/env bash
# Tests the packages: two builds in two directories are the same; in a clean Debian root they install, work and go away again, there with and
# without systemd. The clean root is kept in artifacts/packages-root.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[ "$(id -u)" = 0 ] || die "the packages are installed in a root of their own, and mount there: run it as root"
need_packages mmdebstrap=mmdebstrap lintian=lintian git=git
packages=$repo/artifacts/packages-test/first
root=$repo/artifacts/packages-root
# What the tests need there; the packages themselves need nothing of it.
contents=systemd,man-db,mandoc,zsh,fish,mount

work=$(mktemp -d /tmp/nlinkfs-packages.XXXXXX)
# shellcheck disable=SC2317 # called by the trap
cleanup() {
    while mountpoint -q "$work/root" 2>/dev/null; do umount -l "$work/root" || break; done
    while mountpoint -q "$work/layer" 2>/dev/null; do umount -l "$work/layer" || break; done
    rm -rf --one-file-system "$work"
}
trap cleanup EXIT

git_says() { git -C "$repo" -c safe.directory="$repo" "$@"; }

rm -rf "$repo/artifacts/packages-test"
say "Building packages ..."
"$repo/scripts/publish.sh" --packages "$packages" >"$work/log" || die "no packages" "$(tail -n 20 "$work/log")"

say "Building them again in another directory ..."
mkdir -p "$work/elsewhere/nlinkfs"
cp -a "$repo/.git" "$work/elsewhere/nlinkfs/.git"
# The commit, and what is changed and not committed yet.
git_says ls-files -z --cached --others --exclude-standard --deduplicate |
    while IFS= read -r -d '' file; do if [ -e "$repo/$file" ]; then printf '%s\0' "$file"; fi; done |
    tar -C "$repo" --null --files-from=- -cf - | tar -C "$work/elsewhere/nlinkfs" -xf -
"$work/elsewhere/nlinkfs/scripts/publish.sh" --packages "$repo/artifacts/packages-test/second" >"$work/log" || die "no packages from a fresh clone" "$(tail -n 20 "$work/log")"
diff "$packages/SHA256SUMS" "$repo/artifacts/packages-test/second/SHA256SUMS" || die "two builds of the same commit differ" "the packages of the second are in $repo/artifacts/packages-test/second"
say "ok      two builds are the same to the bit"
(cd "$packages" && sha256sum --quiet --check SHA256SUMS) || die "SHA256SUMS does not name what is there"
say "ok      the checksums hold"

lintian --fail-on error,warning "$packages"/*.deb || die "lintian has something against the package"
say "ok      lintian has nothing against the package"

if [ "$(cat "$root/contents" 2>/dev/null)" != "$contents" ]; then
    say "Making a clean root ..."
    rm -rf "$root"
    mkdir -p "$root"
    quietly "$work/log" mmdebstrap --variant=essential --include="$contents" --dpkgopt='path-exclude=/usr/share/locale/*' bookworm "$root/root"
    printf %s "$contents" >"$root/contents"
fi

# A layer over the clean root, in memory, for each of the two.
fresh_root() {
    cleanup_layers
    mkdir -p "$work/root" "$work/layer"
    mount -t tmpfs tmpfs "$work/layer"
    mkdir "$work/layer/upper" "$work/layer/work"
    mount -t overlay -o "lowerdir=$root/root,upperdir=$work/layer/upper,workdir=$work/layer/work" overlay "$work/root"
    mkdir -p "$work/root/packages"
    cp "$packages"/*.deb "$packages"/*.tar.gz "$repo"/tests/packages/*.sh "$work/root/packages/"
}
cleanup_layers() {
    if mountpoint -q "$work/root"; then umount -l "$work/root"; fi
    if mountpoint -q "$work/layer"; then umount -l "$work/layer"; fi
}

say "In a clean root:"
fresh_root
COMMIT=$(git_says rev-parse HEAD)
export COMMIT
# shellcheck disable=SC2016 # expanded by the inner shell
unshare --mount --pid --fork --kill-child --propagation private sh -ec '
    mount -t proc proc "$1/proc"
    mount -t tmpfs tmpfs "$1/run"
    mount -t tmpfs tmpfs "$1/dev"
    for device in null zero urandom tty; do touch "$1/dev/$device"; mount --bind "/dev/$device" "$1/dev/$device"; done
    mknod -m 666 "$1/dev/fuse" c 10 229
    exec chroot "$1" /bin/bash /packages/in-root.sh' sh "$work/root" || die "the packages do not work in a clean root"

say "Under systemd:"
fresh_root
rc=0
unshare --mount --propagation private "$repo/tests/packages/boot.sh" "$work/root" in-systemd.sh >"$work/log" 2>&1 || rc=$?
cat "$work/root/packages/log"
[ $rc = 0 ] || die "the units do not work under systemd ($rc)" "$(tail -n 20 "$work/log")"
