#!/usr/bin/env bash
# PostgreSQL 19rc1: dropping a slot on the primary makes an unrelated slot on a standby useless.
#
# PostgreSQL 19 accepts logical slots with wal_level = replica: the first one raises effective_wal_level to logical. One
# expects that a slot concerns only its own consumer. But when the last logical slot of the primary goes, the level falls, and
# every logical slot on every standby is invalidated within moments, whoever reads from it. The setting never changed, and the
# drop itself warns of nothing. Making a logical slot on the primary again does not bring the standby's slot back.
set -euo pipefail
cd "$(dirname "$0")"
source ./servers.bash
begin
unpack_postgresql "$work/pg" 19 19~rc1-1 "sid experimental"
enter
# until_is SECONDS VALUE PORT QUERY
until_is() { for _ in $(seq $(( $1 * 10 ))); do [[ $(sql "$3" "$4") == "$2" ]] && return; sleep 0.1; done; return 1; }

make_node primary 5519 "wal_level = replica"
start primary
copy_node standby 5520 5519
configure standby "hot_standby_feedback = on"
start standby

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
