# shellcheck shell=sh
# The settings, and what they may be.
# shellcheck disable=SC2034 # the other files use them
known='NLINKFS_SOURCE NLINKFS_SOURCE_MOUNT NLINKFS_OPTIONS SHARE_NAME SHARE_PATH GUEST_OK FORCE_USER SMB_PORT SMB_MIN_PROTOCOL SMB_ROOTLESS CASE_SENSITIVE'

# A setting that does not exist would be silently without effect. Names that are ours by their beginning, and those two letters away from one.
# Other names with NLINKFS_ are options of nlinkfs, which refuses what it does not know.
refuse_unknown_names() {
    unknown=$(names_of . | awk -v known="$known" '
        function smallest(a, b, c) { return a < b ? (a < c ? a : c) : (b < c ? b : c) }
        function distance(a, b,   i, j, row, diagonal, above) {
            for (j = 0; j <= length(b); j++) row[j] = j
            for (i = 1; i <= length(a); i++) {
                diagonal = row[0]; row[0] = i
                for (j = 1; j <= length(b); j++) {
                    above = row[j]
                    row[j] = smallest(above + 1, row[j - 1] + 1, diagonal + (substr(a, i, 1) != substr(b, j, 1)))
                    diagonal = above
                }
            }
            return row[length(b)]
        }
        BEGIN { count = split(known, settings, " "); for (i in settings) exists[settings[i]] = 1 }
        $0 in exists || /^SAMBA_(GLOBAL|SHARE)_./ || /^USER_/ { next }
        # Kubernetes describes each Service of the namespace in such names, to all containers.
        /_SERVICE_(HOST|PORT)(_|$)/ || /_PORT(_[0-9]+_(TCP|UDP)(_(PROTO|PORT|ADDR))?)?$/ { next }
        {
            best = 99
            for (i = 1; i <= count; i++) { d = distance($0, settings[i]); if (d < best) { best = d; nearest = settings[i] } }
            if (best <= 2) print $0 ": there is no such setting; did you mean " nearest "?"
            else if (/^SAMBA_/) print $0 ": there is no such setting; lines of smb.conf are SAMBA_GLOBAL_... and SAMBA_SHARE_..."
            else if (/^(SMB|SHARE)_/) print $0 ": there is no such setting; the nearest is " nearest
        }')
    if [ -n "$unknown" ]; then wrong "$unknown"; fi
}

read_settings() {
    case ${NLINKFS_SOURCE-} in
        '') wrong 'NLINKFS_SOURCE is not set: the path at which this container sees the mount to export, such as /mnt/dfs' ;;
        /*) is_line "$NLINKFS_SOURCE" || wrong "NLINKFS_SOURCE=$NLINKFS_SOURCE: it has a control character" ;;
        *) wrong "NLINKFS_SOURCE=$NLINKFS_SOURCE: an absolute path is needed" ;;
    esac
    choice NLINKFS_SOURCE_MOUNT yes yes no
    case $chosen in yes) source_mount=true ;; *) source_mount=false ;; esac
    log_format=--log-format=json
    case "${NLINKFS_LOG_FORMAT+ --log-format} ${NLINKFS_OPTIONS-}" in *' --log-format'*) log_format='' ;; esac
    case "${NLINKFS_PRIVATE+ --private} ${NLINKFS_OPTIONS-}" in
        *' --private'*) wrong '--private is not for containers, which have a mount namespace of their own' ;;
    esac

    share_path=${SHARE_PATH:-/export/dfs}
    case $share_path in
        *[%\"]*) wrong "SHARE_PATH=$share_path: smb.conf gives % and \" a meaning of their own" ;;
        / | */../* | */.. | *//*) wrong "SHARE_PATH=$share_path: a plain absolute path below / is needed, such as /export/dfs" ;;
        /*) is_line "$share_path" || wrong "SHARE_PATH=$share_path: it has a control character, or ends in \\" ;;
        *) wrong "SHARE_PATH=$share_path: an absolute path is needed" ;;
    esac
    share_path=${share_path%/}

    rootless=no
    choice SMB_ROOTLESS no yes no && rootless=$chosen
    if [ -e "$own_conf" ]; then
        conf=$own_conf
        for name in $(names_of '^(SHARE_NAME|GUEST_OK|SMB_PORT|SMB_MIN_PROTOCOL|CASE_SENSITIVE|SAMBA_(GLOBAL|SHARE)_.+)$'); do
            is_service_link "$name" || wrong "$name has no effect: $own_conf is used as it is"
        done
        return
    fi
    conf=$run/smb.conf
    read_share_name
    read_protocol
    for name in $(names_of '^SAMBA_(GLOBAL|SHARE)_.'); do
        is_line "$(value_of "$name")" || wrong "$name: its value has to be one line that does not end in \\"
    done
}

# Kubernetes sets SMB_PORT=tcp://... where there is a Service named smb.
is_service_link() { case $(value_of "$1") in tcp://* | udp://*) return 0 ;; *) return 1 ;; esac }

read_share_name() {
    share_name=${SHARE_NAME:-dfs}
    case $(printf '%s' "$share_name" | tr '[:upper:]' '[:lower:]') in
        global | homes | printers | ipc\$ | print\$ | admin\$) wrong "SHARE_NAME=$share_name: this name has a meaning of its own in Samba" ;;
        *[]\[\"/\\:\|\<\>+=\;,*?%]*) wrong "SHARE_NAME=$share_name: none of \" / \\ [ ] : | < > + = ; , * ? % can be in a share's name" ;;
        ' '* | *' ') wrong "SHARE_NAME=$share_name: a space at its beginning or end gets lost" ;;
        *) is_line "$share_name" || wrong "SHARE_NAME=$share_name: it has a control character" ;;
    esac
    [ ${#share_name} -le 80 ] || wrong "SHARE_NAME=$share_name: at most 80 characters"
}

read_protocol() {
    choice SMB_MIN_PROTOCOL SMB3_00 SMB2_02 SMB2_10 SMB3_00 SMB3_02 SMB3_11
    min_protocol=$chosen
    choice CASE_SENSITIVE yes yes no auto
    case_sensitive=$chosen
    port=${SMB_PORT:-445}
    if is_service_link SMB_PORT; then port=445; fi
    if ! is_number "$port" 65535 || [ "$port" -eq 0 ]; then
        wrong "SMB_PORT=$port: a number from 1 to 65535 is needed"
    elif [ "$rootless" = yes ] && [ "$port" -lt "$(cat /proc/sys/net/ipv4/ip_unprivileged_port_start 2>/dev/null || echo 1024)" ]; then
        wrong "SMB_ROOTLESS=yes: without root smbd cannot listen on port $port; set SMB_PORT=1445 and map 445 to it"
    fi
}
