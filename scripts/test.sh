#!/usr/bin/env bash
# Installs what is missing, builds, and runs the tests: test.sh [--unit | --all] [xunit options, such as -class NAME]
#   --unit   only the tests that need no mount
#   --all    those with the kernel's own CIFS client as well, in virtual machines: about three minutes more
# Ends with one line: N passed, N failed, N skipped.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

unit=false all=false
case ${1:-} in
    --unit) unit=true; shift ;;
    --all) all=true; shift ;;
esac

need_build_tools
if ! $unit; then
    [ "$(id -u)" = 0 ] || die "the tests mount file systems and start smbd: run it as root" "or --unit for those that do not"
    [ -c /dev/fuse ] || die "/dev/fuse is missing" "modprobe fuse; in a container: --device /dev/fuse --cap-add SYS_ADMIN"
    need_packages fusermount3=fuse3 smbd=samba smbclient=smbclient getfattr=attr setpriv=util-linux kubectl=kubernetes-client runc=runc ip=iproute2
    need_promtool
fi

log=$(mktemp)
results=$(mktemp -d)
trap 'rm -rf "$log" "$results"' EXIT
say "Building ..."
quietly "$log" dotnet build "$repo/NlinkFs.sln" -c Release -nologo
export TEST_BIN_DIR=$repo/artifacts/publish TEST_IMAGES=$repo/artifacts/image
if ! $unit; then
    "$repo/scripts/publish.sh" --with-sources
    for variant in bookworm backports; do "$repo/scripts/image.sh" --samba "$variant" --binary "$TEST_BIN_DIR/nlinkfs"; done
fi
if $all; then "$repo/tests/cifs-guest/build.sh" "$repo/artifacts/cifs-guest"; fi

ours() { awk '$9 ~ /^fuse\.(nlinkfs|testsource|go-source)$/ || $10 ~ /^fuse\.(nlinkfs|testsource|go-source)$/ {print $5}' /proc/self/mountinfo | sort; }
ours >"$results/mounts-before"

failed=0
run() { # PROJECT ARGS ...
    local project=$1
    shift
    say "Running $project ..."
    # A test that hangs fails the run, and says which it was with -diagnostics.
    timeout --kill-after=30 1200 "$repo/artifacts/bin/$project/release/$project" -noColor -noLogo -xml "$results/$project.xml" "$@" || failed=1
    [ -s "$results/$project.xml" ] || die "$project did not get to the end"
}
run NlinkFs.Tests "$@"
$unit || run NlinkFs.ManifestTests "$@"
$unit || run NlinkFs.MountTests "$@"
if $all; then run NlinkFs.CifsTests "$@"; fi

ours | comm -13 "$results/mounts-before" - >"$results/leaked"
if [ -s "$results/leaked" ]; then
    say "The tests left mounts behind:"
    cat "$results/leaked"
    failed=1
fi

sum() { cat "$results"/*.xml | grep -o "<assembly [^>]*" | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{n += $1} END {print n + 0}'; }
say "$(sum passed) passed, $(sum failed) failed, $(sum skipped) skipped"
exit $failed
