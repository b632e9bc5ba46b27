#!/usr/bin/env bash
# PostgreSQL 19rc1: dropping a slot on the primary makes an unrelated slot on a standby useless.
#
# PostgreSQL 19 accepts logical slots with wal_level = replica: the first one raises effective_wal_level to logical. One
# expects that a slot concerns only its own consumer. But when the last logical slot of the primary goes, the level falls, and
# every logical slot on every standby is invalidated within moments, whoever reads from it. The setting never changed, and the
# drop itself warns of nothing. Making a logical slot on the primary again does not bring the standby's slot back.
set -euo pipefail
cd "$(dirname "$0")"
source ./debian.bash
work=$(mktemp -d) bin=
cleanup() {
    for node in standby primary; do server_user "$bin/pg_ctl" stop -s -m immediate -D "$work/$node" 2>/dev/null || true; done
    rm -rf "$work"
}
trap cleanup EXIT
chmod 755 "$work"
unpack_postgresql "$work/pg" 19 19~rc1-1 "sid experimental"
[[ $EUID -ne 0 ]] || chown postgres "$work"
cd "$work"
sql() { server_user "$bin/psql" -XAtq -h "$work" -p "$1" -d postgres -c "$2"; }
# until_is SECONDS VALUE PORT QUERY
until_is() { for _ in $(seq $(( $1 * 10 ))); do [[ $(sql "$3" "$4") == "$2" ]] && return; sleep 0.1; done; return 1; }

server_user "$bin/initdb" -D primary -A trust >/dev/null
printf '%s\n' "port = 5519" "listen_addresses = ''" "unix_socket_directories = '$work'" "wal_level = replica" | server_user tee -a primary/postgresql.conf >/dev/null
server_user "$bin/pg_ctl" start -s -w -D primary -l primary.log
server_user "$bin/pg_basebackup" -D standby -R -X stream -c fast -h "$work" -p 5519
printf '%s\n' "port = 5520" "hot_standby_feedback = on" | server_user tee -a standby/postgresql.conf >/dev/null
server_user "$bin/pg_ctl" start -s -w -D standby -l standby.log

sql 5519 "select pg_create_logical_replication_slot('elsewhere', 'test_decoding')" >/dev/null
until_is 30 logical 5520 "show effective_wal_level"
# A slot on a standby waits for a record of the running transactions, which the primary is asked for.
sql 5520 "select pg_create_logical_replication_slot('reports', 'test_decoding')" >/dev/null & made=$!
for _ in $(seq 100); do sql 5519 "select pg_log_standby_snapshot()" >/dev/null; kill -0 $made 2>/dev/null || break; sleep 0.2; done
wait $made
before=$(sql 5520 "select wal_status, invalidation_reason is null from pg_replication_slots where slot_name = 'reports'")
drop=$(sql 5519 "select pg_drop_replication_slot('elsewhere')" 2>&1)
until_is 30 wal_level_insufficient 5520 "select invalidation_reason from pg_replication_slots where slot_name = 'reports'" || true
after=$(sql 5520 "select wal_status, invalidation_reason from pg_replication_slots where slot_name = 'reports'")
setting=$(sql 5519 "show wal_level")
sql 5519 "select pg_create_logical_replication_slot('again', 'test_decoding')" >/dev/null
until_is 30 logical 5520 "show effective_wal_level"
later=$(sql 5520 "select wal_status, invalidation_reason from pg_replication_slots where slot_name = 'reports'")

echo "$("$bin/postgres" --version)"
echo "the standby's slot 'reports' (wal_status, no reason): $before"
echo "dropping the primary's slot 'elsewhere' said: '$drop'; wal_level of the primary: $setting"
echo "the standby's slot afterwards: $after; with another slot on the primary: $later"
[[ $before == "reserved|t" && $drop == "" && $setting == replica && $after == "lost|wal_level_insufficient" && $later == "$after" ]]
