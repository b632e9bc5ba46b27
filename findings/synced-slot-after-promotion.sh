#!/usr/bin/env bash
# PostgreSQL 18.6: a slot of a primary still says synced = true after the standby that copied it was promoted.
#
# The column "synced" says that a logical slot is a copy of the primary's, made by slot synchronization: nobody may read from it
# or drop it. One expects it to turn false with the promotion, when the copy becomes the slot. It stays true for good, on a
# server that has no upstream, while the slot can be read, moved and dropped as any other. Whether a slot is a copy is only told by
# "synced and pg_is_in_recovery()".
set -euo pipefail
cd "$(dirname "$0")"
source ./servers.bash
begin
unpack_postgresql "$work/pg" 18 18.6-3 "sid"
enter

make_node primary 5524 "wal_level = logical" "hot_standby_feedback = on" "sync_replication_slots = on"
start primary
sql 5524 "select pg_create_physical_replication_slot('copy')" >/dev/null
copy_node standby 5525 5524 -S copy
start standby
sql 5524 "select pg_create_logical_replication_slot('events', 'test_decoding', failover => true)" >/dev/null
slot="select synced, temporary from pg_replication_slots where slot_name = 'events'"
for _ in $(seq 300); do
    [[ $(sql 5525 "$slot") == "t|f" ]] && break
    # The copy gets ready only while the consumer reads on.
    sql 5524 "select pg_log_standby_snapshot()" >/dev/null
    sql 5524 "select count(*) from pg_logical_slot_get_changes('events', null, null)" >/dev/null
    sleep 0.3
done
before=$(sql 5525 "$slot")
server_user "$bin/pg_ctl" promote -s -w -D standby
after=$(sql 5525 "$slot")
read=$(sql 5525 "create table t as select 1 as n" && sql 5525 "select count(*) > 0 from pg_logical_slot_get_changes('events', null, null)")
later=$(sql 5525 "$slot")
dropped=$(sql 5525 "select pg_drop_replication_slot('events')" && echo yes)

"$bin/postgres" --version
echo "synced|temporary: standby $before, promoted $after, after reading from it $later"
echo "as a primary: changes read $read, dropped ${dropped//$'\n'/}"
[[ "$before $after $later $read" == "t|f t|f t|f t" && $dropped == *yes ]]
