#!/usr/bin/env bash
# PostgreSQL 18.6 and 19rc1: a standby that is told to synchronize slots again may begin up to a minute later, if nobody connects.
#
# One expects a reload with sync_replication_slots = on to start the slot sync worker at once, as it starts a WAL receiver after a
# change of primary_conninfo. That is so, unless the worker was started less than ten seconds before. Then the postmaster does not
# start it now, sets no alarm for later, and sleeps until something wakes it: a new connection, the end of a process, a signal, or its
# own timer of a minute. The same goes for a worker that ended with an error, for instance because the primary was being restarted.
# Who waits for the copies over a connection that is open already waits longer than who connects for each look.
set -euo pipefail
cd "$(dirname "$0")"
source ./servers.bash
begin
unpack_postgresql "$work/pg18" 18 18.6-3 "sid"; bin18=$bin
unpack_postgresql "$work/pg19" 19 19~rc1-1 "sid experimental"; bin19=$bin
enter

# How often the worker has started, by the standby's log: a query would be a connection.
started() { grep -c "slot sync worker started" "standby$1.log" || true; }
# until_started MAJOR TIMES SECONDS
until_started() { for _ in $(seq $(( $3 * 10 ))); do [[ $(started "$1") == "$2" ]] && return; sleep 0.1; done; return 1; }
reload() { server_user "$bin/pg_ctl" reload -s -D "$1"; }

trial() {
    local standby=standby$1 slow fast
    make_node "primary$1" "$2" "wal_level = logical" "hot_standby_feedback = on"
    start "primary$1"
    sql "$2" "select from pg_create_physical_replication_slot('copy')"
    sql "$2" "select from pg_create_logical_replication_slot('events', 'test_decoding', failover => true)"
    copy_node "$standby" "$3" "$2" -S copy
    configure "$standby" "sync_replication_slots = on"
    start "$standby"
    until_started "$1" 1 30
    configure "$standby" "sync_replication_slots = off"; reload "$standby"
    for _ in $(seq 100); do grep -q "worker will stop" "$standby.log" && break; sleep 0.1; done
    configure "$standby" "sync_replication_slots = on"; reload "$standby"

    sleep 25
    slow=$(started "$1")
    sql "$3" "select 1" >/dev/null
    until_started "$1" 2 5 || true
    fast=$(started "$1")
    "$bin/postgres" --version
    echo "the worker's starts: at 25 s after the reload $slow; once somebody had connected $fast"
    [[ $slow == 1 && $fast == 2 ]]
}

bin=$bin18; trial 18 5541 5542
bin=$bin19; trial 19 5543 5544
