# shellcheck shell=bash
# For the scripts that run inside of the clean root.

failed=0

# check NAME COMMAND ...: it has to succeed; its output is shown only when it does not.
check() {
    local name=$1 log
    shift
    if log=$("$@" 2>&1); then
        echo "ok      $name"
    else
        echo "FAILED  $name"
        printf '%s\n' "$log" | sed 's/^/        /'
        failed=1
    fi
}

# silent COMMAND ...: it has to succeed and to have nothing to say.
silent() {
    local log
    log=$("$@" 2>&1) && [ -z "$log" ] || { printf '%s\n' "$log"; return 1; }
}

# says TEXT COMMAND ...: it has to succeed and to say something with this in it.
says() {
    local wanted=$1 log
    shift
    log=$("$@" 2>&1) && grep -qF -- "$wanted" <<<"$log" || { printf 'without "%s":\n%s\n' "$wanted" "$log"; return 1; }
}

# eventually COMMAND ...: it has to succeed within half a minute.
eventually() {
    local log
    for _ in $(seq 300); do
        if log=$("$@" 2>&1); then return; fi
        sleep 0.1
    done
    printf '%s\n' "$log"
    return 1
}
