# shellcheck shell=bash
# For the scripts that run inside of the clean root.

failed=''

# check NAME COMMAND ...: it has to succeed; its output is shown only when it does not.
check() {
    local name=$1 log
    shift
    if log=$("$@" 2>&1); then
        echo "ok      $name"
    else
        echo "FAILED  $name"
        printf '%s\n' "$log" | sed 's/^/        /'
        failed+=x
    fi
}

# silent COMMAND ...: it has to succeed and to have nothing to say.
silent() {
    local log
    if ! log=$("$@" 2>&1) || [ -n "$log" ]; then
        printf '%s\n' "$log"
        return 1
    fi
}

# says TEXT COMMAND ...: it has to succeed and to say something with this in it.
says() {
    local wanted=$1 log
    shift
    if ! log=$("$@" 2>&1) || ! grep -qF -- "$wanted" <<<"$log"; then
        printf 'without "%s":\n%s\n' "$wanted" "$log"
        return 1
    fi
}

# eventually COMMAND ...: it has to succeed within a minute.
eventually() {
    local log
    for _ in $(seq 600); do
        if log=$("$@" 2>&1); then return; fi
        sleep 0.1
    done
    printf '%s\n' "$log"
    return 1
}

# The end of a script: its exit code says whether all held.
finish() { [ -z "$failed" ]; }
