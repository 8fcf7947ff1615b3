# shellcheck shell=bash
# What the scripts share: saying things, and getting what is missing.

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*"; }

die() {
    printf '%s: %s\n' "$(basename "$0")" "$1" >&2
    shift
    for line in "$@"; do printf '    %s\n' "$line" >&2; done
    exit 1
}

# The right to install packages and to mount.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "this needs root: $*" "run it as root, or install sudo"
    fi
}

need_dotnet() {
    local wanted=10
    command -v dotnet >/dev/null ||
        die "the .NET SDK $wanted is missing" "get it from https://dotnet.microsoft.com/download/dotnet/$wanted.0 and put dotnet on PATH"
    (cd "$repo" && dotnet --version >/dev/null 2>&1) ||
        die "the .NET SDK found does not suit global.json: $(cd / && dotnet --version 2>&1 | head -n 1)" "install SDK $wanted"
    export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
}

# need_packages FILE=PACKAGE ...: FILE is a command or an absolute path that the package brings.
need_packages() {
    local pair file missing=()
    for pair in "$@"; do
        file=${pair%%=*}
        case $file in
            /*) [ -e "$file" ] || missing+=("${pair#*=}") ;;
            *) command -v "$file" >/dev/null || [ -x "/usr/sbin/$file" ] || missing+=("${pair#*=}") ;;
        esac
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null ||
        die "missing: ${missing[*]}" "this is not Debian or Ubuntu; install what brings them, then run this again"
    say "Installing ${missing[*]} ..."
    local log
    log=$(mktemp)
    # Another apt may be at work on a fresh machine.
    if ! as_root env DEBIAN_FRONTEND=noninteractive sh -c '
        apt-get -q -o DPkg::Lock::Timeout=120 update &&
        apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "$@"' sh "${missing[@]}" >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        die "could not install ${missing[*]}"
    fi
    rm -f "$log"
}

# need_promtool: out of Debian's package prometheus, which would start a daemon if it were installed; kept in artifacts/tools.
need_promtool() {
    local tool=$repo/artifacts/tools/promtool work
    [ ! -x "$tool" ] || return 0
    say "Fetching promtool ..."
    work=$(mktemp -d)
    (cd "$work" && { apt-get -q download prometheus || { as_root apt-get -q update && apt-get -q download prometheus; }; }) >"$work/log" 2>&1 || {
        tail -n 5 "$work/log" >&2
        rm -rf "$work"
        die "could not download Debian's package prometheus, which has promtool"
    }
    dpkg-deb -x "$work"/prometheus_*.deb "$work"
    install -D -m 755 "$work/usr/bin/promtool" "$tool"
    rm -rf "$work"
}

# What building takes besides the SDK: a linker for native code.
need_build_tools() {
    need_dotnet
    need_packages clang=clang /usr/include/zlib.h=zlib1g-dev /usr/include/linux/fuse.h=linux-libc-dev
}

runtime_id() {
    case $(uname -m) in
        x86_64) echo linux-x64 ;;
        aarch64) echo linux-arm64 ;;
        *) die "no support for $(uname -m): x86_64 and aarch64 are built" ;;
    esac
}

# quietly LOG COMMAND ...: shows the end of the output only when the command fails.
quietly() {
    local log=$1
    shift
    "$@" >"$log" 2>&1 || {
        local rc=$?
        grep -E ': (error|warning) ' "$log" | sort -u | head -n 20 >&2
        tail -n 5 "$log" >&2
        die "failed ($rc): $*"
    }
}
