# Where things are, and the few helpers that all of `lab` uses. Sourced by it.
# shellcheck shell=bash

cache=${PGHA_TEST_CACHE:-/var/cache/pgha}
PGHA_LAB=${PGHA_LAB:-play}
laboratories=$cache/laboratories
state=$laboratories/$PGHA_LAB

fail() {
    echo "lab: $*" >&2
    exit 1
}

# It becomes part of the names of namespaces, control groups and folders.
[[ $PGHA_LAB =~ ^[a-z0-9]{1,20}$ ]] || fail "a laboratory's name has up to 20 small letters and digits, not '$PGHA_LAB'"

# await SECONDS COMMAND...: false when the command has not succeeded by then.
await() {
    local deadline=$(( SECONDS + $1 ))
    shift
    until "$@"; do
        (( SECONDS < deadline )) || return 1
        sleep 0.05
    done
}

# locked COMMAND...: two at once would remove each other's work.
locked() {
    local lock=$laboratories/$PGHA_LAB.lock
    mkdir -p "$laboratories"
    # Once more when `down` has removed the file that this process waited for.
    until [[ $lock -ef /proc/$$/fd/9 ]]; do
        exec 9>"$lock"
        flock --wait 300 9 || fail "another process has been busy with the laboratory $PGHA_LAB for 5 minutes"
    done
    "$@"
}

# A process by its id and the time of its start, because ids are used again.
process_of() {
    local stat
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    # The name in parentheses may hold spaces; 20 fields after it comes the time of the start.
    read -ra fields <<< "${stat##*) }"
    # A process that has ended and that nobody has waited for yet counts as gone.
    [[ ${fields[0]} != Z ]] || return 1
    echo "$1 ${fields[19]}"
}

# lives FILE: whether the process that the file names still runs.
lives() {
    local pid start
    read -r pid start 2>/dev/null < "$1" || return 1
    [[ $(process_of "$pid") == "$pid $start" ]]
}
gone() { ! lives "$1"; }
