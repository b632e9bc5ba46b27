# Hosts: made, booted, entered, killed, filled. Sourced by `lab`.
# shellcheck shell=bash

# Enough for three small clusters with their WAL; it is memory, and only what is used counts.
disk_size=2g

host_folder() {
    [[ -d $state/$1 && $1 == h[1-6] ]] || fail "the laboratory $PGHA_LAB has no host '$1'"
    echo "$state/$1"
}

# A host's own disk keeps what a host changed. It survives a crash and a boot.
make_host() {
    local host=$1 folder=$state/$1 upper=$state/$1/disk/upper other
    mkdir -p "$folder/disk" "$folder/root"
    mount -t tmpfs -o "size=$disk_size,mode=0755" pgha-laboratory "$folder/disk"
    mkdir -p "$folder/disk/work" "$upper/etc/ssh" "$upper/root/.ssh"
    chmod 0700 "$upper/root" "$upper/root/.ssh"
    echo "$host" > "$upper/etc/hostname"
    {
        echo "127.0.0.1 localhost"
        for other in h1 h2 h3 h4 h5 h6; do echo "$(address_of "$other") $other"; done
    } > "$upper/etc/hosts"
    printf 'DOTNET_ROOT=%q\nPOWERSHELL=%q\n' "$(dotnet_root)" "$(powershell)" > "$upper/etc/laboratory"
    # Systemd would make a random one at each first boot.
    printf '%031d%d\n' 0 "$2" > "$upper/etc/machine-id"
    ssh-keygen -q -t ed25519 -N '' -C "$host" -f "$upper/etc/ssh/ssh_host_ed25519_key"
    cp "$state/operator/key.pub" "$upper/root/.ssh/authorized_keys"
    printf '%s,%s %s\n' "$host" "$(address_of "$host")" "$(cat "$upper/etc/ssh/ssh_host_ed25519_key.pub")" >> "$state/operator/known_hosts"
    printf 'Host %s\n    HostName %s\n' "$host" "$(address_of "$host")" >> "$state/operator/ssh_config"
    plug_in "$host"
}

dotnet_root() { dirname "$(readlink -f "$(command -v dotnet || echo /usr/share/dotnet/dotnet)")"; }

# The folder with pwsh.dll: the tests' PowerShell, or the tool that the clone restores.
powershell() {
    local found
    for found in "${PGHA_LAB_POWERSHELL:-}" "$cache"/powershell-*-r*/ ~/.nuget/packages/powershell/*/tools/*/any/unix/; do
        [[ ! -e $found/pwsh.dll ]] || { echo "${found%/}"; return; }
    done
    echo /nonexistent
}

control_groups() {
    mkdir -p "$state/cgroup"
    mountpoint -q "$state/cgroup" || mount -t cgroup2 pgha-laboratory "$state/cgroup"
    echo "$state/cgroup"
}

# The shell that calls this goes into a control group, with whatever it becomes.
enter_group() {
    mkdir -p "$1"
    echo "$BASHPID" > "$1/cgroup.procs"
}

start_host() {
    local host=$1 folder
    folder=$(host_folder "$host")
    gone "$folder/unshare" || fail "$host runs already"
    (
        # Systemd takes the whole tree of control groups below the one that it is started in.
        enter_group "$(control_groups)/pgha-$PGHA_LAB-$host"
        # Nothing of the caller's stays open in a host: not its output, not its locks.
        exec 8>&- 9>&- </dev/null >> "$folder/console.log" 2>&1
        exec setsid nsenter --net="/run/netns/$(namespace_of "$host")" \
            unshare --mount --pid --uts --ipc --cgroup --fork --kill-child --propagation private \
            bash "$here/start-host" "$root" "$folder" "$cache" "$(dirname "$(dirname "$here")")"
    ) &
    # Nobody waits for it, and its end is not this shell's to tell.
    disown $!
    process_of $! > "$folder/unshare"
    await 10 find_init "$folder" || fail "$host did not start: $(tail -n 3 "$folder/console.log")"
}

# Process 1 of a host, by the id that it has here.
find_init() {
    local unshare child
    read -r unshare _ < "$1/unshare"
    lives "$1/unshare" || return 1
    [[ $(cat "/proc/$unshare/comm" 2>/dev/null) == unshare ]] || return 1
    # This file's line has no end, which read takes for a failure.
    read -r child < "/proc/$unshare/task/$unshare/children" || [[ -n $child ]] && process_of "$child" > "$1/init"
}

# Booted is what systemd calls so: every unit has started, or has failed.
await_host() {
    local folder
    folder=$(host_folder "$1")
    await 60 booted "$1" || fail "$1 has not booted within a minute: $(run_in "$1" systemctl --no-pager list-jobs 2>&1 | tail -n 5)"
    [[ $(cat "$folder/booted") == running ]] ||
        fail "$1 has booted, but is $(cat "$folder/booted"): $(run_in "$1" systemctl --no-pager --plain --failed 2>&1)"
}

booted() {
    local pid
    lives "$state/$1/init" || fail "$1 ended while it booted: $(tail -n 3 "$state/$1/console.log")"
    read -r pid _ < "$state/$1/init"
    # Until then it has this machine's root, and with that this machine's systemd.
    [[ $(cat "/proc/$pid/comm") == systemd ]] || return 1
    # Without a word until systemd listens.
    run_in "$1" systemctl is-system-running > "$state/$1/booted" 2>/dev/null || true
    [[ $(cat "$state/$1/booted") == @(running|degraded) ]]
}

# run_in HOST COMMAND...
run_in() {
    local host=${1:-} folder pid
    (( $# > 1 )) || fail "exec HOST COMMAND.."
    if [[ $host == op ]]; then
        shift
        [[ $1 != ssh && $1 != scp ]] || set -- "$1" -F "$state/operator/ssh_config" "${@:2}"
        (
            # What a command leaves running, such as the master of an ssh connection, ends with the laboratory.
            enter_group "$(control_groups)/pgha-$PGHA_LAB-op"
            exec ip netns exec "$(namespace_of op)" "$@"
        )
        return
    fi

    folder=$(host_folder "$host")
    lives "$folder/init" || fail "$host is off"
    read -r pid _ < "$folder/init"
    (
        # Below the host's own control groups, like a session, so that the host sees where a process belongs.
        enter_group "$state/cgroup/pgha-$PGHA_LAB-$host/laboratory.slice"
        exec nsenter --target "$pid" --mount --pid --uts --ipc --net --cgroup --wd -- \
            /usr/bin/env -i HOME=/root USER=root LOGNAME=root TERM="${TERM:-dumb}" LANG=C.UTF-8 SHELL=/bin/bash \
            PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "${@:2}"
    )
}

crash_host() {
    lives "$(host_folder "$1")/init" || fail "$1 is off"
    echo 1 > "$state/cgroup/pgha-$PGHA_LAB-$1/cgroup.kill"
    await_end "$1"
}

freeze_host() {
    lives "$(host_folder "$1")/init" || fail "$1 is off"
    echo "$2" > "$state/cgroup/pgha-$PGHA_LAB-$1/cgroup.freeze"
}

power_off() {
    local folder pid
    folder=$(host_folder "$1")
    lives "$folder/init" || fail "$1 is off"
    read -r pid _ < "$folder/init"
    # What systemctl poweroff would ask for, without waiting for its answer.
    kill -s RTMIN+4 "$pid"
    await_end "$1"
}

await_end() {
    await 120 gone "$state/$1/unshare" || fail "$1 still runs after two minutes: $(tail -n 3 "$state/$1/console.log")"
    await 10 remove_groups "$state/cgroup/pgha-$PGHA_LAB-$1" || fail "a process of $1 can't be killed"
    rm -f "$state/$1/unshare" "$state/$1/init"
}

# A full disk is one that has just become as small as what is on it.
fill_disk() {
    local disk total free size
    disk=$(host_folder "$1")/disk
    # What is written between the two calls makes the disk too small for its content, which is refused.
    for _ in 1 2 3; do
        read -r total free size < <(stat --file-system --format '%b %f %S' "$disk")
        if mount -o "remount,size=$(( (total - free) * size ))" "$disk"; then return; fi
    done
    fail "the disk of $1 could not be filled"
}

free_disk() { mount -o "remount,size=$disk_size" "$(host_folder "$1")/disk"; }

show_status() {
    local folder
    [[ -d $state ]] || { echo "There is no laboratory $PGHA_LAB."; return; }
    for folder in "$state"/h?; do
        printf '%s %s %s\n' "${folder##*/}" "$(address_of "${folder##*/}")" "$(lives "$folder/init" && echo up || echo off)"
    done
}

# remove_groups GROUP...: kills what runs in them; false while one of them is still there.
remove_groups() {
    local group left=0
    for group in "$@"; do
        [[ -d $group ]] || continue
        echo 1 > "$group/cgroup.kill"
        find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || left=1
    done
    (( ! left ))
}

# remove_laboratory NAME: also what a killed `up` left half made.
remove_laboratory() {
    local folder=$laboratories/$1 mount
    [[ -d $folder ]] || { remove_network "$1"; return 0; }
    # By their control groups, which know every process of a host, also of one that was not yet written down.
    await 30 remove_groups "$folder/cgroup/pgha-$1-"* || fail "a host of the laboratory $1 can't be killed"
    remove_network "$1"
    # A folder in a folder comes after it in this list.
    while read -r mount; do umount "$mount" || umount --lazy "$mount"; done < <(mounts_below "$folder" | sort -r)
    [[ -z $(mounts_below "$folder") ]] || fail "something is still mounted below $folder"
    rm -rf --one-file-system "$folder"
}

mounts_below() { awk -v folder="$1/" 'index($2, folder) == 1 { print $2 }' /proc/mounts; }

# The laboratories whose owner has been killed.
remove_abandoned() {
    local owner name
    for owner in "$laboratories"/*/owner; do
        [[ -e $owner ]] || continue
        name=${owner%/owner}
        name=${name##*/}
        lives "$owner" || { remove_laboratory "$name"; rm -f "$laboratories/$name.lock"; }
    done
}
