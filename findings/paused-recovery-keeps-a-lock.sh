#!/usr/bin/env bash
# PostgreSQL 18.6 and 19rc1: recovery that pauses just before a DROP TABLE leaves the table there, and locked: nobody can read it.
#
# One recovers to the moment before a table was dropped, with recovery_target_action = pause, to look whether the table is there, and
# expects to read it. Recovery compares its target with commits only. The drop's record of its exclusive lock comes before its commit,
# has been replayed, and the startup process holds that lock as long as it pauses. A restore point made before the drop has no such lock,
# nor has a target where another transaction commits in between. The end of recovery releases the lock.
set -euo pipefail
cd "$(dirname "$0")"
source ./servers.bash
begin
unpack_postgresql "$work/pg18" 18 18.6-3 "sid"; bin18=$bin
unpack_postgresql "$work/pg19" 19 19~rc1-1 "sid experimental"; bin19=$bin
enter

# recover NAME PORT FROM SETTING...: the copy, at its target, where it pauses.
recover() {
    configure "$1" "restore_command = 'cp $work/$3/pg_wal/%f %p'" "recovery_target_action = pause" "${@:4}"
    server_user touch "$1/recovery.signal"
    start "$1"
    for _ in $(seq 100); do [[ $(sql "$2" "select pg_is_wal_replay_paused()") == t ]] && return; sleep 0.1; done
    return 1
}
rows() { sql "$1" "set statement_timeout = '3s'; select count(*) from orders" 2>&1 | sed 's/^ERROR:  //' | head -1; }
holder() {
    sql "$1" "select coalesce(max(mode), 'nobody') from pg_locks
        where relation = 'orders'::regclass and granted and pid <> pg_backend_pid()"
}

trial() {
    local a=a$1 before=before$1 point=point$1 drop dropped named
    make_node "$a" "$2"
    start "$a"
    sql "$2" "create table orders as select generate_series(1, 5)"
    server_user "$bin/pg_basebackup" -D "$before" -c fast -d "host=$work port=$2 dbname=postgres"
    server_user cp -a "$before" "$point"
    configure "$before" "port = $3"; configure "$point" "port = $4"
    sql "$2" "select pg_create_restore_point('before')" >/dev/null
    drop=$(sql "$2" "begin; drop table orders; select pg_current_xact_id(); commit")
    sql "$2" "create table later (); select pg_switch_wal()" >/dev/null

    recover "$before" "$3" "$a" "recovery_target_xid = $drop" "recovery_target_inclusive = off"
    recover "$point" "$4" "$a" "recovery_target_name = before"
    dropped="$(rows "$3"), $(holder "$3")"
    named="$(rows "$4"), $(holder "$4")"
    "$bin/postgres" --version
    echo "before the drop's commit: $dropped"
    echo "at a restore point before the drop: $named"
    [[ $dropped == "canceling statement due to statement timeout, AccessExclusiveLock" && $named == "5, nobody" ]]
    sql "$3" "select pg_wal_replay_resume()" >/dev/null
    for _ in $(seq 100); do [[ $(sql "$3" "select pg_is_in_recovery()") == f ]] && break; sleep 0.1; done
    echo "after the end of recovery: $(rows "$3"), $(holder "$3")"
    [[ $(rows "$3") == 5 ]]
}

bin=$bin18; trial 18 5551 5552 5553
bin=$bin19; trial 19 5554 5555 5556
