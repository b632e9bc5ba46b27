#!/usr/bin/env bash
# PostgreSQL 18.6: a role and a pg_hba.conf rule that are enough to stream are not enough to synchronize slots.
#
# One expects a standby that streams to be able to copy failover slots from the same server by the same primary_conninfo. But the slot
# sync worker is an ordinary client of the database that primary_conninfo names: the rule for the database "replication", which lets the
# standby stream, does not match it. The standby streams on, no view on either server says that there is something wrong, and its log
# alone does, once every few seconds. A rule for the database itself is needed too.
set -euo pipefail
cd "$(dirname "$0")"
source ./servers.bash
begin
unpack_postgresql "$work/pg" 18 18.6-3 "sid"
enter

make_node primary 5548 "wal_level = logical" "hot_standby_feedback = on"
start primary
sql 5548 "create role copier login replication"
sql 5548 "select from pg_create_physical_replication_slot('copy')"
sql 5548 "select from pg_create_logical_replication_slot('events', 'test_decoding', failover => true)"
copy_node standby 5549 5548 -S copy
configure standby "primary_conninfo = 'host=$work port=5548 user=copier dbname=postgres'" "primary_slot_name = copy" \
    "sync_replication_slots = on"
server_user rm standby/postgresql.auto.conf
rules() {
    printf '%s\n' "local all $(server_user id -un) trust" "$@" | server_user tee primary/pg_hba.conf >/dev/null
    server_user "$bin/pg_ctl" reload -s -D primary
}
# until_is VALUE PORT QUERY
until_is() { for _ in $(seq 400); do [[ $(sql "$2" "$3") == "$1" ]] && return; sleep 0.1; done; return 1; }
streams="select count(*) from pg_stat_replication where usename = 'copier' and state = 'streaming'"
copies="select count(*) from pg_replication_slots where slot_name = 'events'"

rules "local replication copier trust"
start standby
until_is 1 5548 "$streams"
for _ in $(seq 300); do grep -q "slot.*pg_hba.conf\|pg_hba.conf entry for host" standby.log && break; sleep 0.1; done
"$bin/postgres" --version
before="streams $(sql 5548 "$streams"), copies $(sql 5549 "$copies")"
said=$(grep -o 'no pg_hba.conf entry for [^,]*, user "[^"]*", database "[^"]*"' standby.log | head -n 1)
echo "a rule for replication alone:     $before; the standby's log: $said"
rules "local replication copier trust" "local postgres copier trust"
until_is 1 5549 "$copies" || true
after="streams $(sql 5548 "$streams"), copies $(sql 5549 "$copies")"
echo "and one for the database as well: $after"
[[ $before == "streams 1, copies 0" && $said == *'database "postgres"' && $after == "streams 1, copies 1" ]]
