# shellcheck shell=bash
# Packages around a published binary; publish.sh sources it. Nothing here depends on when, where or by whom it is run, so that two builds of a commit are
# the same to the bit.

repo=${repo:?source lib.sh first}
packaging=$repo/src/NlinkFs/packaging

# make_packages RUNTIME-ID BINARY OUTDIR
make_packages() {
    local runtime=$1 binary=$2 out=$3 arch
    case $runtime in
        linux-x64) arch=amd64 ;;
        linux-arm64) arch=arm64 ;;
        *) die "no packages for $runtime" ;;
    esac
    need_packages dpkg-deb=dpkg readelf=binutils
    version=$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' "$repo/Directory.Build.props")
    SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$repo" -c safe.directory="$repo" log -1 --format=%ct)}
    export SOURCE_DATE_EPOCH

    stage=$(mktemp -d)
    mkdir -p "$out" "$stage/made"
    quietly "$stage/log" dotnet build "$repo/src/NlinkFs.Packaging" -c Release -nologo
    # Building has restored the tool's project graph without a runtime; only the binary's own names what is linked in.
    quietly "$stage/log" dotnet restore "$repo/src/NlinkFs" -r "$runtime"
    "$repo/artifacts/bin/NlinkFs.Packaging/release/NlinkFs.Packaging" "$stage/made" "$repo/artifacts/obj/NlinkFs/project.assets.json" "$runtime"

    make_archive "$runtime" "$binary" "$out"
    make_deb "$arch" "$binary" "$out"
    cp "$stage/made/nlinkfs.spdx.json" "$out/nlinkfs-$version-$runtime.spdx.json"
    (cd "$out" && sha256sum -- *"$version"* >SHA256SUMS)
    rm -rf "$stage"
    say "Packages in $out:"
    (cd "$out" && wc -c -- *"$version"*)
}

# The files below a prefix such as /usr or /usr/local.
lay_out() { # BINARY ROOT ZSH-DIRECTORY
    local binary=$1 root=$2 zsh=$3 doc=$2/share/doc/nlinkfs
    install -D -m 755 "$binary" "$root/bin/nlinkfs"
    mkdir -p "$root/sbin"
    ln -s ../bin/nlinkfs "$root/sbin/mount.nlinkfs"
    ln -s ../bin/nlinkfs "$root/sbin/mount.fuse.nlinkfs"
    install -D -m 644 -t "$root/share/man/man8" "$stage"/made/man/*
    ln -s nlinkfs-mount.8 "$root/share/man/man8/mount.nlinkfs.8"
    ln -s nlinkfs-mount.8 "$root/share/man/man8/mount.fuse.nlinkfs.8"
    install -D -m 644 -t "$root/share/bash-completion/completions" "$stage/made/completions/nlinkfs"
    install -D -m 644 -t "$zsh" "$stage/made/completions/_nlinkfs"
    install -D -m 644 -t "$root/share/fish/vendor_completions.d" "$stage/made/completions/nlinkfs.fish"
    install -D -m 644 -t "$root/lib/systemd/system" "$packaging/nlinkfs@.service"
    install -D -m 644 -t "$doc" "$repo/README.md" "$repo/TROUBLESHOOTING.md" "$stage/made/THIRD-PARTY-NOTICES" "$stage/made/nlinkfs.spdx.json"
    install -D -m 644 -t "$doc/examples" "$packaging"/examples/* "$repo/container/smb.conf"
}

date_all() { find "$1" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +; }

make_archive() { # RUNTIME-ID BINARY OUTDIR: to be unpacked below /usr/local
    local name=nlinkfs-$version-$1 root
    root=$stage/$name
    lay_out "$2" "$root" "$root/share/zsh/site-functions"
    install -m 644 "$repo/LICENSE" "$packaging/changelog" "$packaging/example.toml" "$root/share/doc/nlinkfs/"
    date_all "$root"
    tar -C "$stage" --sort=name --owner=0 --group=0 --numeric-owner --format=gnu -cf - "$name" | gzip -9 -n >"$3/$name.tar.gz"
}

make_deb() { # ARCHITECTURE BINARY OUTDIR
    local root=$stage/deb doc=$stage/deb/usr/share/doc/nlinkfs file
    lay_out "$2" "$root/usr" "$root/usr/share/zsh/vendor-completions"
    rm "$doc/examples/smb.conf"
    install -D -m 644 -t "$root/etc/nlinkfs" "$packaging/example.toml"
    install -m 644 "$packaging/debian/copyright" "$doc/"
    debian_changelog >"$doc/changelog"
    gzip -9 -n "$doc/changelog" "$doc/THIRD-PARTY-NOTICES" "$doc/nlinkfs.spdx.json" "$root"/usr/share/man/man8/nlinkfs*
    for file in mount.nlinkfs mount.fuse.nlinkfs; do
        rm "$root/usr/share/man/man8/$file.8"
        ln -s nlinkfs-mount.8.gz "$root/usr/share/man/man8/$file.8.gz"
    done

    mkdir "$root/DEBIAN"
    install -m 755 "$packaging"/debian/{postinst,prerm,postrm} "$root/DEBIAN/"
    (cd "$root" && find etc -type f -printf '/%p\n' | LC_ALL=C sort) >"$root/DEBIAN/conffiles"
    (cd "$root" && find usr -type f -printf '%p\0' | LC_ALL=C sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
    # As dpkg counts: each file in whole KiB, everything else as one.
    file=$(cd "$root" && find . -path ./DEBIAN -prune -o -printf '%y %s\n' | awk '{n += $1 == "f" ? int(($2 + 1023) / 1024) : 1} END {print n}')
    sed -e "s/@VERSION@/$version/; s/@ARCHITECTURE@/$1/; s/@SIZE@/$file/; s/@LIBC@/$(libc_of "$2")/" "$packaging/debian/control" >"$root/DEBIAN/control"
    chmod 644 "$root"/DEBIAN/{conffiles,control,md5sums}
    chmod -R go-w "$root"
    date_all "$root"
    quietly "$stage/log" env DPKG_DEB_THREADS_MAX=1 dpkg-deb --root-owner-group -Zxz --build "$root" "$3/nlinkfs_${version}_$1.deb"
}

debian_changelog() {
    printf 'nlinkfs (%s) stable; urgency=medium\n\n' "$version"
    cat "$packaging/changelog"
    printf '\n -- The NlinkFs authors <nlinkfs@packages.invalid>  %s\n' "$(LC_ALL=C date --utc --date="@$SOURCE_DATE_EPOCH" '+%a, %d %b %Y %T +0000')"
}

# The oldest C library that has all the binary asks for. It may ask for nothing else.
libc_of() { # BINARY
    local needed
    needed=$(readelf -d "$1" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p')
    if grep -vE '^(libc|libm|libdl|libpthread|librt)\.so\.|^ld-linux' <<<"$needed" >&2; then die "$1 needs more than the C library"; fi
    readelf --dyn-syms -W "$1" | grep -oE 'GLIBC_[0-9.]+' | cut -d_ -f2 | sort -Vu | tail -n 1
}
