#!/usr/bin/env bash
# Makes the image's root file system; the Dockerfile and scripts/image.sh both call it:
#   assemble.sh VARIANT ARCH BINARY ROOTFS [CACHE]
#   VARIANT  bookworm (Samba 4.17) or backports (Samba 4.22 or newer)
#   ARCH     as Debian calls it: amd64 or arm64
#   BINARY   nlinkfs, built for ARCH
#   ROOTFS   a directory that does not exist yet
#   CACHE    where downloaded packages are kept
# Packages are unpacked, never configured: no foreign code runs, so that any architecture can be made on any other. Files get
# SOURCE_DATE_EPOCH as their time if that is set and they are newer. Needs root (for the files' owners), apt, dpkg-deb and binutils.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

die() { printf 'assemble.sh: %s\n' "$*" >&2; exit 1; }

[ $# -ge 4 ] || { sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//p}' "$0" >&2; exit 1; }
variant=$1 arch=$2 binary=$3 rootfs=$4
case $variant in bookworm | backports) ;; *) die "no such variant: $variant (bookworm, backports)" ;; esac
case $arch in
    amd64) triplet=x86_64-linux-gnu loader=lib64/ld-linux-x86-64.so.2 ;;
    arm64) triplet=aarch64-linux-gnu loader=lib/ld-linux-aarch64.so.1 ;;
    *) die "no such architecture: $arch (amd64, arm64)" ;;
esac
[ ! -e "$rootfs" ] || die "$rootfs exists"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cache=$(realpath -m "${5:-$work/cache}")
mkdir -p "$cache/archives/partial" "$cache/lists/partial" "$work/etc/preferences.d"

# The machine's own mirrors, if it is a bookworm; else Debian's.
mirror() { # SUITE DEFAULT
    local found
    # shellcheck disable=SC2016 # APT's own variables
    found=$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null | awk -v suite="$1" '$1 == suite {print $2; exit}') || true
    printf '%s' "${found:-$2}"
}

configure_apt() {
    local debian security suite
    debian=$(mirror bookworm http://deb.debian.org/debian)
    security=$(mirror bookworm-security http://deb.debian.org/debian-security)
    {
        for suite in bookworm bookworm-updates; do echo "$debian $suite"; done
        echo "$security bookworm-security"
        if [ "$variant" = backports ]; then echo "$debian bookworm-backports"; fi
    } | sed 's|.*|deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] & main|' >"$work/etc/sources.list"
    if [ "$variant" = backports ]; then
        printf 'Package: %s\nPin: release n=bookworm-backports\nPin-Priority: 990\n' "$(sed -n 's/^backports: //p' "$here/packages")" \
            >"$work/etc/preferences.d/backports"
    fi
    : >"$work/status"
    cat >"$work/apt.conf" <<END
Dir "$work"; Dir::Etc "$work/etc"; Dir::State "$cache"; Dir::State::status "$work/status"; Dir::Cache "$cache";
APT::Architecture "$arch"; APT::Architectures { "$arch"; };
APT::Install-Recommends "false"; APT::Sandbox::User "root"; Acquire::Languages "none"; Acquire::Retries "3"; Debug::NoLocking "true";
END
    export APT_CONFIG=$work/apt.conf
}

# The .deb files of all that is wanted, one a line. APT resolves the dependencies as if nothing were installed.
download() {
    local name version left_out line
    mapfile -t left_out < <(sed -n 's/^-//p' "$here/packages")
    mapfile -t wanted < <(grep -E '^[a-z][a-z0-9.+-]*$' "$here/packages")
    apt-get -q update >"$work/log" 2>&1 || { cat "$work/log" >&2; die "cannot read the package lists"; }
    apt-get -q --simulate install "${wanted[@]}" >"$work/plan" 2>&1 || { cat "$work/plan" >&2; die "APT cannot resolve container/packages"; }
    # "Inst NAME (VERSION ARCHIVE [ARCH])"
    sed -n 's/^Inst \([^ ]*\) (\([^ ]*\) .*/\1 \2/p' "$work/plan" | while read -r name version; do
        for line in "${left_out[@]}"; do
            # shellcheck disable=SC2053 # a pattern
            if [[ $name == $line ]]; then continue 2; fi
        done
        echo "$name=$version"
    done | sort >"$work/chosen"
    mapfile -t chosen <"$work/chosen"
    (cd "$cache/archives" && apt-get -q download "${chosen[@]}" >"$work/log" 2>&1) || { cat "$work/log" >&2; die "cannot download the packages"; }
    for line in "${chosen[@]}"; do
        version=${line#*=}
        ls "$cache/archives/${line%%=*}_${version/:/%3a}"_*.deb
    done
}

unpack() {
    local deb directory
    mkdir -p "$rootfs"/{proc,sys,dev,run,tmp,usr/bin,usr/sbin,usr/lib,usr/lib64}
    for directory in bin sbin lib lib64; do ln -s "usr/$directory" "$rootfs/$directory"; done
    while read -r deb; do
        dpkg-deb --fsys-tarfile "$deb" | tar -x -p --keep-directory-symlink -C "$rootfs"
        # Scanners look here for what is in an image.
        { dpkg-deb -f "$deb" | sed '1a Status: install ok installed'; echo; } >>"$work/installed"
    done
}

# What nobody needs to serve files, and what must not be: programs that give their caller another user's rights.
strip_down() {
    local path
    cd "$rootfs"
    find usr/share/doc -mindepth 2 ! -name copyright -delete
    rm -rf usr/share/{man,info,locale,lintian,bug,bash-completion,pam,pam-configs,apport,menu,zoneinfo,perl5} \
        usr/lib/python3 usr/lib/systemd usr/lib/tmpfiles.d usr/lib/sysusers.d usr/share/samba/setup lib/udev etc/{init.d,cron*,logrotate.d,pam.d,systemd,default,ufw,network,dhcp,rc*.d,apt,dpkg,security,xattr.conf} \
        usr/lib/"$triplet"/samba/{service,bind9,ldb,nss_info,krb5,auth} usr/lib/"$triplet"/{security,perl*,e2fsprogs} usr/include var/* boot home etc/{gss,netconfig,issue,issue.net,profile.d,skel,update-motd.d,apparmor.d,request-key.d,cifs-utils,samba}
    find usr/sbin -type f ! -name smbd ! -name mount.cifs -delete
    find usr/sbin -xtype l -delete
    # smbd's "dos charset"; all others that matter are in libc itself.
    find usr/lib/"$triplet"/gconv -name '*.so' ! -name IBM850.so -delete
    find . -xdev -type f -perm /6000 -exec chmod a-s {} +
    # Programs in other languages: their interpreters are not here.
    find usr/bin -type f | while read -r path; do
        if head -c 64 "$path" | tr -d '\0' | grep -aqE '^#! ?/usr/bin/(env )?(python|perl)|^#! ?/bin/bash'; then rm "$path"; fi
    done
    cd - >/dev/null
}

add_ours() {
    local name
    cp -a --no-preserve=ownership "$here/rootfs/." "$rootfs/"
    install -D -m 755 "$binary" "$rootfs/usr/bin/nlinkfs"
    install -D -m 644 "$here/smb.conf" "$rootfs/usr/local/share/nlinkfs/smb.conf"
    ln -s ../bin/nlinkfs "$rootfs/usr/sbin/mount.nlinkfs"
    ln -sf mawk "$rootfs/usr/bin/awk"
    mkdir -p "$rootfs"/{export/dfs,mnt,root,var/lib/dpkg,var/cache,var/log,etc/nlinkfs/users}
    install -m 644 "$work/installed" "$rootfs/var/lib/dpkg/status"
    ln -s /run "$rootfs/var/run"
    ln -s /proc/self/mounts "$rootfs/etc/mtab"
    # All that changes lives below /run. Accounts too: the entrypoint adds those of the settings.
    for name in passwd group; do ln -sf "/run/nlinkfs-smb/$name" "$rootfs/etc/$name"; done
    for name in lib cache log; do ln -s /run/samba "$rootfs/var/$name/samba"; done
    chmod 1777 "$rootfs/tmp"
    find "$rootfs" -xdev -newermt "@${SOURCE_DATE_EPOCH:-9999999999}" -exec touch -h -d "@${SOURCE_DATE_EPOCH:-0}" {} +
}

# Every library that a program or a library of the image names has to be in it.
check_libraries() {
    local missing
    find "$rootfs/usr/bin" "$rootfs/usr/sbin" "$rootfs/usr/lib" "$rootfs/usr/libexec" -xdev -type f -print0 |
        { xargs -0 readelf -d 2>/dev/null || true; } |
        sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort -u >"$work/needed"
    find "$rootfs/usr/lib" "$rootfs/usr/lib64" -xdev -printf '%f\n' | sort -u >"$work/present"
    missing=$(comm -23 "$work/needed" "$work/present")
    [ -z "$missing" ] || die "container/packages leaves out the packages of: ${missing//$'\n'/ }"
    [ -e "$rootfs/$loader" ] || die "there is no $loader"
}

configure_apt
download >"$work/debs"
unpack <"$work/debs"
strip_down
check_libraries
add_ours
