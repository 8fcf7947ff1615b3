#!/usr/bin/env bash
# Builds the native binary: publish.sh [--with-sources] [OUTDIR]
#   --with-sources   the two test sources as well
#   OUTDIR           default artifacts/publish
# Or packages of it: publish.sh --packages [--arm64] [OUTDIR]
#   --arm64          for arm64, on whatever machine
#   OUTDIR           default artifacts/packages; gets an archive to unpack below /usr/local, a Debian package, what both contain from
#                    others (SPDX), and SHA256SUMS. They are the same to the bit for the same commit.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$repo/scripts/packages.sh"

with_sources=false packages='' runtime=$(runtime_id) cross=()
case ${1:-} in
    --with-sources) with_sources=true; shift ;;
    --packages)
        shift
        [ "${1:-}" = --arm64 ] && { runtime=linux-arm64; shift; }
        packages=${1:-$repo/artifacts/packages}
        set -- "$repo/artifacts/publish"
        ;;
    -*) die "no such option: $1" "see the beginning of $0" ;;
esac
out=${1:-$repo/artifacts/publish}

need_build_tools
$with_sources && need_packages go=golang-go /usr/share/gocode/src/github.com/hanwen/go-fuse/fs=golang-github-hanwen-go-fuse-dev
if [ "$runtime" != "$(runtime_id)" ]; then
    need_packages aarch64-linux-gnu-gcc=gcc-aarch64-linux-gnu /usr/aarch64-linux-gnu/include/stdio.h=libc6-dev-arm64-cross
    cross=(-p:ObjCopyName=aarch64-linux-gnu-objcopy)
    out=$out-arm64
fi
mkdir -p "$out"
log=$(mktemp)
trap 'rm -f "$log"' EXIT

publish() { # PROJECT NAME
    quietly "$log" dotnet publish "$repo/$1" -c Release -r "$runtime" -o "$out" -nologo "${cross[@]}"
    if grep -E 'warning (IL|AOT)[0-9]+' "$log" >&2; then die "IL warnings in $2"; fi
    rm -f "$out/$2.dbg"
    say "$out/$2: $(stat -c %s "$out/$2") bytes"
}

publish src/NlinkFs nlinkfs
if $with_sources; then
    publish tests/NlinkFs.TestSource nlinkfs-testsource
    "$repo/tests/go-source/build.sh" "$out/go-zero-nlink-source"
    say "$out/go-zero-nlink-source: $(stat -c %s "$out/go-zero-nlink-source") bytes"
fi
if [ -n "$packages" ]; then make_packages "$runtime" "$out/nlinkfs" "$packages"; fi
