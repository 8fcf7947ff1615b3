# shellcheck shell=sh
# Problems are collected, so that one start shows all of them.
problems=''

# wrong TEXT: something is wrong with the settings.
wrong() {
    problems="$problems$1
"
}

stop_if_wrong() {
    [ -n "$problems" ] || return 0
    printf '%s' "$problems" | sed 's/^/nlinkfs-smb: /' >&2
    echo 'nlinkfs-smb: nothing was started; container/SETTINGS.md of NlinkFs lists the settings' >&2
    exit 1
}

# names_of PATTERN: the environment's names that match, one a line. Values may have lines of their own, hence -0.
names_of() { env -0 | tr '\n\0' ' \n' | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p' | grep -E "$1" || true; }

# value_of NAME
value_of() { eval "printf '%s' \"\${$1-}\""; }

is_number() { # VALUE MAXIMUM
    case $1 in '' | *[!0-9]* | ???????????*) return 1 ;; esac
    [ "$1" -le "$2" ]
}

# Whether a text can stand on a line of smb.conf: one line, that does not go on in the next.
is_line() {
    case $1 in *'
'* | *\\) return 1 ;; esac
    [ -z "$(printf '%s' "$1" | tr -d '[:print:]\200-\377')" ]
}

# choice NAME DEFAULT WORD ...: the setting's value if it is one of the words; yes, true, on, 1 and their opposites are the same.
choice() {
    name=$1 chosen=$(value_of "$1")
    [ -n "$chosen" ] || chosen=$2
    shift 2
    case $(printf '%s' "$chosen" | tr '[:upper:]' '[:lower:]') in
        yes | true | on | 1) chosen=yes ;;
        no | false | off | 0) chosen=no ;;
    esac
    for word in "$@"; do
        if [ "$(printf '%s' "$chosen" | tr '[:upper:]' '[:lower:]')" = "$(printf '%s' "$word" | tr '[:upper:]' '[:lower:]')" ]; then
            chosen=$word
            return
        fi
    done
    wrong "$name=$chosen: it is one of $(printf '%s' "$*" | sed 's/ /, /g')"
}
