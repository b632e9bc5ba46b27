#!/usr/bin/env bash
# The runbook by hand, in PostgreSQL 15's dialect: what the pipeline of cmdlets is measured against.
# Six nodes: 20 primary with archive, 21 cold from the archive, 22 cold by streaming, 23 hot on a slot,
# 24 cascading from 23, 25 synchronous with an archive of its own.
#
#   runbook.sh build ROOT PORT BIN    builds it and waits until every link streams; prints nothing
#   runbook.sh remove ROOT BIN        stops the six servers and removes ROOT
#
# As root every program runs as postgres, because PostgreSQL refuses to run as root.
set -euo pipefail

as_server() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
setting() { as_server sed -i -E "s/^#?$3 = .*/$3 = $4/" "$1/$2/postgresql.conf"; }
start() { as_server "$BIN/pg_ctl" -s -w -t 60 -D "$ROOT/node$1" -l "$ROOT/node$1.log" start; }
sql() { as_server "$BIN/psql" -XqAt -h 127.0.0.1 -p "$PORT" -U postgres -d postgres -c "$1"; }

clone() { # number, port of the server to clone
    as_server "$BIN/pg_basebackup" -h 127.0.0.1 -p "$2" -U foo -Fp -X stream -c fast -D "$ROOT/node$1" -l "basebackup$1"
    setting "$ROOT" "node$1" port $((PORT + $1 - 20))
    setting "$ROOT" "node$1" archive_mode off
    setting "$ROOT" "node$1" synchronous_standby_names "''"
    as_server touch "$ROOT/node$1/standby.signal"
}

follow() { # number, upstream's port, application name
    setting "$ROOT" "node$1" primary_conninfo "'host=127.0.0.1 port=$2 user=foo application_name=$3'"
}

build() {
    install -d -m 755 "$ROOT"
    for folder in archive20 archive25; do
        as_owner=(install -d -m 700)
        [ "$(id -u)" != 0 ] || as_owner+=(-o postgres)
        "${as_owner[@]}" "$ROOT/$folder"
    done
    [ "$(id -u)" != 0 ] || chown postgres "$ROOT"
    export PGPASSFILE="$ROOT/pgpass"
    printf '127.0.0.1:*:*:foo:server@123\n' >"$PGPASSFILE"
    chmod 600 "$PGPASSFILE"
    [ "$(id -u)" != 0 ] || chown postgres "$PGPASSFILE"

    # Node 20
    as_server "$BIN/initdb" -D "$ROOT/node20" -U postgres --auth=trust --data-checksums >/dev/null
    setting "$ROOT" node20 port "$PORT"
    setting "$ROOT" node20 unix_socket_directories "'\/tmp'"
    setting "$ROOT" node20 max_replication_slots 10
    setting "$ROOT" node20 max_wal_senders 10
    setting "$ROOT" node20 wal_level replica
    setting "$ROOT" node20 archive_mode on
    setting "$ROOT" node20 archive_command "'test ! -f ${ROOT//\//\\/}\/archive20\/%f \&\& cp %p ${ROOT//\//\\/}\/archive20\/%f'"
    start 20
    sql "create role foo login replication password 'server@123'"
    as_server sed -i '1i host replication foo 127.0.0.1/32 scram-sha-256' "$ROOT/node20/pg_hba.conf"
    as_server "$BIN/pg_ctl" -s -D "$ROOT/node20" reload

    # Node 21
    clone 21 "$PORT"
    setting "$ROOT" node21 hot_standby off
    setting "$ROOT" node21 restore_command "'cp ${ROOT//\//\\/}\/archive20\/%f %p'"
    start 21

    # Node 22
    clone 22 "$PORT"
    setting "$ROOT" node22 hot_standby off
    follow 22 "$PORT" node22
    start 22

    # Node 23
    clone 23 "$PORT"
    sql "select pg_create_physical_replication_slot('node_slot_23')" >/dev/null
    follow 23 "$PORT" node23
    setting "$ROOT" node23 primary_slot_name "'node_slot_23'"
    start 23

    # Node 24
    clone 24 $((PORT + 3))
    setting "$ROOT" node24 primary_slot_name "''"
    follow 24 $((PORT + 3)) node24
    start 24

    # Node 25
    clone 25 "$PORT"
    follow 25 "$PORT" s1
    setting "$ROOT" node25 archive_mode always
    setting "$ROOT" node25 archive_command "'test ! -f ${ROOT//\//\\/}\/archive25\/%f \&\& cp %p ${ROOT//\//\\/}\/archive25\/%f'"
    start 25
    setting "$ROOT" node20 synchronous_standby_names "'1 (s1)'"
    as_server "$BIN/pg_ctl" -s -D "$ROOT/node20" reload

    # Until nodes 22, 23 and 25 stream from 20, and 24 from 23: within 30 s.
    for _ in $(seq 300); do
        links=$(sql "select count(*) from pg_stat_replication where state = 'streaming'")
        cascade=$(PORT=$((PORT + 3)) sql "select count(*) from pg_stat_replication where state = 'streaming'")
        [ "$links $cascade" = "3 1" ] && return
        sleep 0.1
    done
    echo "the links do not stream: $links from node 20, $cascade from node 23" >&2
    return 1
}

remove() {
    for node in 25 24 23 22 21 20; do
        [ ! -f "$ROOT/node$node/postmaster.pid" ] || as_server "$BIN/pg_ctl" -s -m immediate -D "$ROOT/node$node" stop
    done
    rm -rf "$ROOT"
}

case "${1-}" in
    build) ROOT=$2 PORT=$3 BIN=$4 && build ;;
    remove) ROOT=$2 BIN=$3 && remove ;;
    *) sed -n '2,9p' "$0" >&2 && exit 2 ;;
esac
