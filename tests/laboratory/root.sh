# The root file system that all hosts share: this machine's own Debian, from its own mirrors. Sourced by `lab`.
# shellcheck shell=bash

# Increase this number when the recipe below changes, so that an older file system isn't used.
recipe=1
# shellcheck source=/dev/null
codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-unknown}")
root=$cache/laboratory-$codename-r$recipe

# The apt sources of this machine that name its own suite, and not those of other makers.
debian_sources() {
    find /etc/apt -name '*.list' -exec grep -lE "^deb .* $codename " {} +
    find /etc/apt -name '*.sources' -exec grep -lE "^Suites:(.* )?$codename( |\$)" {} +
}

make_root() {
    [[ ! -d $root ]] || return 0
    mkdir -p "$cache"
    # Within one process at a time, and in one step for those who look.
    (
        flock --wait 600 8 || fail "another process has been making $root for 10 minutes"
        [[ ! -d $root ]] || exit 0
        rm -rf --one-file-system "$root.partial"
        fill_root "$root.partial"
        mv "$root.partial" "$root"
    ) 8>"$root.lock"
}

fill_root() {
    local sources packages=(
        systemd systemd-sysv dbus openssh-server postgresql
        sudo procps iproute2
    )
    mapfile -t sources < <(debian_sources)
    (( ${#sources[@]} )) || fail "this machine's apt sources name no $codename to make hosts from"
    echo "lab: making the hosts' root file system from $codename: some two minutes, once" >&2
    # shellcheck disable=SC2016 # $1 is the new root, in the hook's own shell.
    mmdebstrap --quiet --mode=root --variant=minbase --format=directory \
        --include="$(IFS=,; echo "${packages[*]}")" \
        --aptopt='Acquire::Languages "none"' \
        --dpkgopt=force-unsafe-io \
        --dpkgopt='path-exclude=/usr/share/man/*' \
        --dpkgopt='path-exclude=/usr/share/doc/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' \
        --essential-hook='mkdir -p "$1/etc/postgresql-common"
            echo "create_main_cluster = false" > "$1/etc/postgresql-common/createcluster.conf"' \
        "$codename" "$1" "${sources[@]}" >&2
    settle_root "$1"
}

# What hosts on one machine must not do, or do faster.
settle_root() {
    local unit
    # They would ask mirrors that hosts can't reach, or work behind a test's back.
    for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer fstrim.timer e2scrub_all.timer e2scrub_reap.service; do
        ln -sf /dev/null "$1/etc/systemd/system/$unit"
    done
    # A boot empties /tmp, in which this machine's folders may be mounted.
    ln -sf /dev/null "$1/etc/tmpfiles.d/tmp.conf"
    # Each host has a key of its own, made at its first boot; one is quick to make.
    rm -f "$1"/etc/ssh/ssh_host_*
    cat > "$1/etc/ssh/sshd_config.d/laboratory.conf" <<'END'
HostKey /etc/ssh/ssh_host_ed25519_key
PasswordAuthentication no
END
    # PowerShell from this machine, with this machine's clone as a module.
    cat > "$1/usr/local/bin/pwsh" <<'END'
#!/bin/sh
# Paths of the machine that carries this host.
. /etc/laboratory
export DOTNET_ROOT POWERSHELL_TELEMETRY_OPTOUT=1 POWERSHELL_UPDATECHECK=Off
exec "$DOTNET_ROOT/dotnet" "$POWERSHELL/pwsh.dll" "$@"
END
    chmod 0755 "$1/usr/local/bin/pwsh"
}
