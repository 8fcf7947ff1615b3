#!/usr/bin/env bash
# Builds guests in which the Linux kernel's own CIFS client runs, one for each kernel: build.sh OUTDIR
# OUTDIR/6.1 and OUTDIR/6.12 get vmlinuz and initrd: a Debian kernel as it is, its CIFS modules, busybox, mount.cifs, and the
# agent of this directory, which does what the tests ask for. Nothing is rebuilt as long as nothing here changes.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../../scripts/lib.sh"

out=${1:?usage: build.sh OUTDIR}
mirror=http://deb.debian.org/debian
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
declare -A suites=([6.1]=bookworm [6.12]=bookworm-backports)
# What a name stands for is built in with some kernels; the modules these depend on come along.
modules='virtio_pci virtio_net cifs nls_utf8 cmac ccm gcm ctr ecb seqiv echainiv sha512_generic sha256_generic
    md4 arc4 des_generic aesni-intel ghash-generic ghash-clmulni-intel crc32c-intel crc32c_generic'

[ "$(uname -m)" = x86_64 ] || die "the guests are built on x86_64 and for x86_64 only"
need_packages apt-get=apt dpkg-deb=dpkg go=golang-go qemu-system-x86_64=qemu-system-x86 "$keyring=debian-archive-keyring"
mkdir -p "$out"
out=$(realpath "$out")
stamp=$(cat "$here"/{build.sh,init,*.go} | sha256sum)
if [ "$(cat "$out/stamp" 2>/dev/null)" = "$stamp" ]; then exit; fi
rm -rf --one-file-system "$out"
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT

# apt with sources, lists and a package state of its own: the machine's stay as they are, and its proxy is used.
private_apt() { # COMMAND SUITE ARGS ...
    local command=$1 suite=$2
    shift 2
    (cd "$work/debs" && "$command" -q -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=/dev/null -o Dir::Etc::PreferencesParts=/dev/null \
        -o Dir::State::Lists="$work/lists" -o Dir::State::Status="$work/status" -o Dir::Cache="$work/cache" -o Acquire::Languages=none \
        -o Acquire::Retries=3 -o APT::Sandbox::User=root -o APT::Default-Release="$suite" "$@")
}

# The machine's own Debian mirror is the nearest.
# shellcheck disable=SC2016 # apt-get fills in what looks like commands.
own=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null | awk '$1 == "Debian" && $2 ~ /^https?:/ {print $2; exit}')
mkdir -p "$work"/{debs,lists/partial,cache/archives/partial}
: >"$work/status"
for suite in "${suites[@]}"; do echo "deb [signed-by=$keyring] ${own:-$mirror} $suite main"; done >"$work/sources.list"
quietly "$work/log" private_apt apt-get bookworm update

unpack() { # SUITE PACKAGE DIRECTORY
    quietly "$work/log" private_apt apt-get "$1" download "$2"
    dpkg-deb -x "$work/debs/$2"_*.deb "$3"
}

copy_modules() { # TREE VERSION ROOT
    local from=$1/lib/modules/$2 to=$3/lib/modules/$2 file
    awk -v wanted="$modules" '
        function name(path) { sub(/.*\//, "", path); sub(/\.ko.*/, "", path); gsub(/-/, "_", path); return path }
        { path = $1; sub(/:$/, "", path); file[name(path)] = path; $1 = ""; needs[path] = $0 }
        END {
            count = split(wanted, names)
            for (i = 1; i <= count; i++) {
                path = file[name(names[i])]
                if (path != "") print path needs[path]
            }
        }' "$from/modules.dep" | tr ' ' '\n' | sort -u | while read -r file; do
        mkdir -p "$to/$(dirname "$file")"
        cp "$from/$file" "$to/$file"
        case $file in *.xz) "$busybox" unxz "$to/$file" ;; esac
    done
    cp "$from"/modules.{builtin,order} "$to"
    "$busybox" depmod -b "$3" "$2"
}

base=$work/base
mkdir -p "$base"/{bin,sbin,lib/x86_64-linux-gnu,lib64,proc,sys,dev,etc,mnt,tmp}
for package in busybox-static cifs-utils libc6 libcap-ng0; do unpack bookworm $package "$work/packages"; done
busybox=$work/packages/bin/busybox
cp "$busybox" "$base/bin/busybox"
for applet in sh mount ip sleep mkdir dmesg poweroff; do ln -s busybox "$base/bin/$applet"; done
# Where the kernel looks for it when it wants a cipher.
ln -s ../bin/busybox "$base/sbin/modprobe"
cp "$work/packages/sbin/mount.cifs" "$base/sbin/"
for library in libc.so.6 libcap-ng.so.0; do cp -L "$(find "$work/packages" -name $library | head -n 1)" "$base/lib/x86_64-linux-gnu/"; done
cp -L "$(find "$work/packages" -name ld-linux-x86-64.so.2 | head -n 1)" "$base/lib64/"
cp "$here/init" "$base/init"
(cd "$here" && quietly "$work/log" env GO111MODULE=off GOFLAGS='' CGO_ENABLED=0 GOCACHE="${GOCACHE:-${TMPDIR:-/tmp}/nlinkfs-gocache}" \
    go build -ldflags '-s -w' -o "$base/bin/agent" .)

for kernel in "${!suites[@]}"; do
    suite=${suites[$kernel]}
    package=$(private_apt apt-cache "$suite" depends linux-image-cloud-amd64 | awk '$1 == "Depends:" && $2 ~ /^linux-image-[0-9]/ {print $2; exit}')
    case $package in linux-image-"$kernel".*) ;; *) die "$suite has no kernel $kernel: its linux-image-cloud-amd64 wants '$package'" ;; esac
    tree=$work/$kernel root=$work/root-$kernel
    unpack "$suite" "$package" "$tree"
    [ -d "$tree/lib/modules" ] || { mkdir -p "$tree/lib" && mv "$tree/usr/lib/modules" "$tree/lib/modules"; }
    version=${package#linux-image-}
    "$busybox" depmod -b "$tree" "$version"
    cp -a "$base" "$root"
    mkdir -p "$root/lib/modules/$version"
    copy_modules "$tree" "$version" "$root"
    mkdir "$out/$kernel"
    cp "$tree/boot/vmlinuz-$version" "$out/$kernel/vmlinuz"
    (cd "$root" && find . | "$busybox" cpio -o -H newc 2>/dev/null) >"$out/$kernel/initrd"
    say "$out/$kernel: Linux $version"
done
echo "$stamp" >"$out/stamp"
