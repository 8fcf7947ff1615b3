#!/usr/bin/env bash
# Makes the container's image without a container engine: image.sh [--samba bookworm|backports] [--arch ARCH --binary FILE] [OUTDIR]
#   --samba    which Samba: 4.17 of Debian 12 (default), or 4.22 and newer of its backports
#   --arch     amd64 or arm64 (default: this machine's); another machine's needs a --binary built for it
#   --binary   nlinkfs, if it is not to be built
#   OUTDIR     default artifacts/image/<variant>, with -<arch> behind it where that is not this machine's
# OUTDIR then holds oci/ (an OCI image layout with the tag "latest"), rootfs/ and config.json (a bundle as runc takes it; its source is
# /mnt/dfs), and sbom.spdx.json. What has not changed is not made again; remove OUTDIR for the packages of today.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

variant=bookworm own_arch=$(dpkg --print-architecture) binary='' out=''
arch=$own_arch
while [ $# -gt 0 ]; do
    case $1 in
        --samba) variant=${2:?--samba needs bookworm or backports}; shift ;;
        --arch) arch=${2:?--arch needs amd64 or arm64}; shift ;;
        --binary) binary=$(realpath "${2:?--binary needs a file}"); shift ;;
        --help | -h) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//p}' "$0"; exit 0 ;;
        -*) die "no such option: $1" "see $0 --help" ;;
        *) out=$1 ;;
    esac
    shift
done
case $variant in bookworm | backports) ;; *) die "no such variant: $variant" "--samba bookworm or --samba backports" ;; esac
[ "$(id -u)" = 0 ] || die "the image's files belong to root" "run it with sudo"
[ "$arch" = "$own_arch" ] || [ -n "$binary" ] || die "--arch $arch needs --binary FILE" "build nlinkfs on such a machine with ./scripts/publish.sh"
suffix=''
[ "$arch" = "$own_arch" ] || suffix=-$arch
out=${out:-$repo/artifacts/image/$variant$suffix}

need_packages umoci=umoci jq=jq readelf=binutils dpkg-deb=dpkg /usr/share/keyrings/debian-archive-keyring.gpg=debian-archive-keyring
if [ -z "$binary" ]; then
    binary=$repo/artifacts/publish/nlinkfs
    "$repo/scripts/publish.sh"
fi

git_says() { git -C "$repo" -c safe.directory="$repo" "$@" 2>/dev/null; }
revision=$(git_says rev-parse HEAD || echo unknown)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git_says log -1 --format=%ct || date +%s)}
export SOURCE_DATE_EPOCH
created=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)
version=$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' "$repo/Directory.Build.props")
from=$(git_says remote get-url origin | sed 's|//[^/@]*@|//|' || echo unknown)

key=$({ cat "$binary" "$0"; cd "$repo/container"; find . -type f -not -path './kubernetes/*' -not -name '*.md' | sort | xargs cat; echo "$variant $arch $revision"; } | sha256sum)
if [ "$(cat "$out/key" 2>/dev/null)" = "$key" ]; then
    say "$out: nothing has changed"
    exit 0
fi

rm -rf --one-file-system "$out"
mkdir -p "$out"
"$repo/container/assemble.sh" "$variant" "$arch" "$binary" "$out/rootfs" "$repo/artifacts/image/packages-$arch"
sbom=$out/rootfs/usr/local/share/nlinkfs/sbom.spdx.json
"$repo/container/sbom.sh" "$out/rootfs" "$(find "$repo/artifacts/obj/NlinkFs" -name project.assets.json | head -n 1)" "$version" >"$sbom"
touch -h -d "@$SOURCE_DATE_EPOCH" "$sbom" "$(dirname "$sbom")"
cp "$sbom" "$out/sbom.spdx.json"
cp "$repo/container/config.json" "$out/config.json"

# The last stage of the Dockerfile says what the image is like: KEYWORD REST, one a line, its arguments filled in.
stage() {
    sed -n '/^FROM scratch/,$p' "$repo/container/Dockerfile" | sed -n "s/^$1 //p" |
        sed "s|\${SAMBA}|$variant|; s|\${VERSION}|$version|; s|\${REVISION}|$revision|; s|\${CREATED}|$created|; s|\${SOURCE}|$from|"
}
settings=(--config.exposedports "$(stage EXPOSE)/tcp" --config.stopsignal "$(stage STOPSIGNAL)")
while IFS='' read -r pair; do settings+=(--config.label "$pair"); done < <(stage LABEL | sed 's/="\(.*\)"$/=\1/')
while IFS='' read -r pair; do settings+=(--config.env "$pair"); done < <(stage ENV | sed 's/="\(.*\)"$/=\1/')
while IFS='' read -r word; do settings+=(--config.cmd "$word"); done < <(stage CMD | jq -r '.[]')

umoci init --layout "$out/oci"
umoci new --image "$out/oci:latest"
umoci insert --image "$out/oci:latest" --history.created "$created" --history.created_by container/assemble.sh "$out/rootfs" /
umoci config --image "$out/oci:latest" --no-history --created "$created" --os linux --architecture "$arch" "${settings[@]}"
umoci gc --layout "$out/oci"
printf '%s' "$key" >"$out/key"
say "$out: $(du -sm "$out/rootfs" | cut -f1) MB unpacked, $(du -sm "$out/oci" | cut -f1) MB packed"
