# shellcheck shell=sh
# smb.conf from its template, and the places that smbd and nlinkfs need.

# Samba's state starts empty: clients keep none of it over a restart of smbd, and a user that was taken out must be gone.
make_state() {
    mkdir -p "$run" /run/samba
    # smbd's user makes its own directories: giving them to it takes a capability that is not needed otherwise.
    case $as_smbd in '') chmod 755 /run/samba ;; *) chmod 1777 /run/samba ;; esac
    $as_smbd rm -rf /run/samba/lock /run/samba/state /run/samba/cache /run/samba/pid /run/samba/private /run/samba/ncalrpc
    rm -rf /run/samba/*
    $as_smbd mkdir /run/samba/lock /run/samba/state /run/samba/cache /run/samba/pid /run/samba/private /run/samba/ncalrpc
}

write_smb_conf() {
    [ "$conf" != "$own_conf" ] || return 0
    map_to_guest=Never leases=''
    if [ "$guest_ok" = yes ]; then map_to_guest='Bad User'; fi
    # Changes behind smbd's back never break a directory lease, so clients would list stale directories for minutes.
    version=$(smbd --version | sed -n 's/[^0-9]*\([0-9]*\)\.\([0-9]*\).*/\1 \2/p')
    if [ "${version% *}" -gt 4 ] || [ "${version#* }" -ge 22 ]; then leases='smb3 directory leases = no'; fi
    {
        # A container's or pod's network is its own: smbd listens on all of it.
        sed -e '/# Only as wide as asked for/d' -e '/^ *interfaces = /d' -e '/^ *bind interfaces only = /d' \
            -e "s|@PORT@|$port|; s|@GUEST@|guest|; s|@FORCE_USER@|$force_user|; s|@STATE@|/run/samba|; s|@DIRECTORY_LEASES@|$leases|" \
            -e "s|@SHARE@|$(escaped "$share_name")|; s|@PATH@|$(escaped "$share_path")|" \
            -e "s|^\( *server min protocol = \).*|\1$min_protocol|; s|^\( *map to guest = \).*|\1$map_to_guest|" \
            -e "s|^\( *guest ok = \).*|\1$guest_ok|; s|^\( *case sensitive = \).*|\1$case_sensitive|" /usr/local/share/nlinkfs/smb.conf
        lines_of SAMBA_SHARE_
        echo '[global]'
        lines_of SAMBA_GLOBAL_
    } >"$conf"
}

# What sed would take for its own in the replacement.
escaped() { printf '%s' "$1" | sed 's/[\\|&]/\\&/g'; }

# SAMBA_GLOBAL_LOG_LEVEL=2 is the line "log level = 2".
lines_of() {
    for name in $(names_of "^$1."); do
        printf '    %s = %s\n' "$(printf '%s' "${name#"$1"}" | tr '[:upper:]_' '[:lower:] ')" "$(value_of "$name")"
    done
}

# testparm knows all options and most values. Its exit code does not tell: what it says does.
check_smb_conf() {
    said=0
    testparm --suppress-prompt "$conf" >/dev/null 2>"$run/log" || said=$?
    sed -i -e '/^Load smb config files from /d' -e '/^Loaded services file OK/d' -e '/^Server role: /d' -e '/should have permissions 0755 for browsing/d' \
        -e '/^Weak crypto is allowed/d' -e '/^ *$/d' "$run/log"
    if [ $said != 0 ] || [ -s "$run/log" ]; then
        wrong "$conf does not pass testparm: $(head -n 3 "$run/log" | tr '\n' ' ')"
        stop_if_wrong
    fi
}

# nlinkfs clears a dead mirror away by itself; nothing but mountinfo tells that one is there without waiting for it.
prepare_mount_point() {
    if ! awk -v path="$share_path" '$5 == path {found = 1} END {exit !found}' /proc/self/mountinfo; then
        mkdir -p "$share_path" 2>/dev/null || [ -d "$share_path" ] || wrong "SHARE_PATH=$share_path cannot be made: mount a tmpfs or a volume on its parent, or leave it at /export/dfs"
        stop_if_wrong
    fi
}
