# shellcheck shell=sh
# Who may log in (USER_<NAME>, USER_<NAME>_FILE, files in /etc/nlinkfs/users) and as whom smbd acts (FORCE_USER).

# Sets users ("name source", one a line, where source is the name of the setting or the path of the file), force_user, uid, gid, guest_ok.
read_users() {
    users=''
    for name in $(names_of '^USER_.'); do
        user=$(printf '%s' "${name#USER_}" | tr '[:upper:]' '[:lower:]')
        case $name in
            USER_?*_FILE) add_user "${user%_file}" "$(value_of "$name")" "$name" ;;
            *) add_user "$user" "\$$name" "$name" ;;
        esac
    done
    for file in "$user_files"/*; do
        if [ -f "$file" ]; then add_user "${file##*/}" "$file" "$file"; fi
    done

    read_force_user
    case ${users:+users} in '') guest_ok=yes ;; *) guest_ok=no ;; esac
    choice GUEST_OK $guest_ok yes no
    guest_ok=$chosen
    if [ -z "$users" ] && [ "$guest_ok" = no ] && [ "$conf" != "$own_conf" ]; then
        wrong 'GUEST_OK=no, and there are no users: nobody could log in; set USER_<NAME>=password, or put files into /etc/nlinkfs/users'
    fi
}

add_user() { # NAME PASSWORD-SOURCE SETTING
    case $1 in
        [!a-z_]* | *[!a-z0-9._-]* | ????????????????????????????????*)
            wrong "$3: \"$1\" is no name of a user: letters, digits, and . _ - (a file in $user_files can have all of them), at most 31"; return ;;
        root | nobody | share | guest) wrong "$3: \"$1\" is an account of the container itself; choose another name"; return ;;
    esac
    case "
$users" in *"
$1 "*) wrong "$3: $1 has two passwords"; return ;; esac
    case $2 in
        \$*) password=$(value_of "${2#\$}") ;;
        *)
            if [ ! -r "$2" ] || [ ! -f "$2" ]; then wrong "$3: there is no file $2 that can be read"; return; fi
            password=$(cat "$2") ;;
    esac
    case $password in
        '') wrong "$3: the password is empty" ;;
        *'
'*) wrong "$3: a password is one line" ;;
    esac
    users="$users$1 $2
"
}

read_force_user() {
    force_user=${FORCE_USER:-nobody}
    case $force_user in
        nobody) uid=65534 gid=65534 ;;
        root) uid=0 gid=0 ;;
        *[!0-9:]* | :* | *: | *:*:*) uid=65534 gid=65534; wrong "FORCE_USER=$force_user: nobody, root, or numbers UID or UID:GID are needed" ;;
        *)
            uid=${force_user%:*} gid=${force_user#*:} force_user=share
            if ! is_number "$uid" 4294967294 || ! is_number "$gid" 4294967294; then wrong "FORCE_USER=$FORCE_USER: a number is too large"; fi ;;
    esac
    as_smbd=''
    if [ "$rootless" = yes ]; then
        if [ "$uid" = 0 ]; then wrong 'SMB_ROOTLESS=yes: smbd runs as FORCE_USER, which cannot be root then'; fi
        as_smbd="setpriv --reuid=$uid --regid=$gid --clear-groups --inh-caps=-all --ambient-caps=-all --no-new-privs"
    fi
}

# /etc/passwd and /etc/group point here. On the share everybody acts as FORCE_USER. Guests and logins have uids that nothing else has:
# where two accounts have one uid, Samba takes one for the owner of the files and refuses the other.
write_accounts() {
    {
        if [ "$force_user" = share ]; then echo "share:x:$uid:$gid:FORCE_USER:/:/usr/sbin/nologin"; fi
        echo 'root:x:0:0:root:/root:/bin/sh'
        echo 'nobody:x:65534:65534:nobody:/:/usr/sbin/nologin'
        number=2000000000
        for user in guest $(printf '%s' "$users" | cut -d ' ' -f 1); do
            echo "$user:x:$number:65534::/:/usr/sbin/nologin"
            number=$((number + 1))
        done
    } >"$run/passwd"
    {
        if [ "$force_user" = share ]; then echo "share:x:$gid:"; fi
        echo 'root:x:0:'
        echo 'nogroup:x:65534:'
    } >"$run/group"
}

# Into Samba's own database, by standard input: a command line can be seen by others.
add_passwords() {
    printf '%s' "$users" | while read -r user from; do
        case $from in \$*) password=$(value_of "${from#\$}") ;; *) password=$(cat "$from") ;; esac
        # shellcheck disable=SC2086 # a command and its options
        printf '%s\n%s\n' "$password" "$password" | $as_smbd pdbedit --configfile="$conf" --create --password-from-stdin --user="$user" >"$run/log" 2>&1 || {
            cat "$run/log" >&2
            echo "nlinkfs-smb: Samba does not take the user $user" >&2
            exit 1
        }
    done
}
