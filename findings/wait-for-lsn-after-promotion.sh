#!/usr/bin/env bash
# PostgreSQL 19rc1: WAIT FOR LSN says "success" or "not in recovery" of one and the same primary, depending on its past.
#
# One expects that "wait until this standby has replayed X" fails on a server that is no standby. A primary that never was a
# standby answers "not in recovery" for every position. A standby that was promoted answers "success" for a position that it
# had replayed as a standby, in the modes standby_replay and standby_flush, and "not in recovery" for a position that it has
# written itself as a primary, which is as much on its disk. So "success" doesn't tell that the server still is a standby.
set -euo pipefail
cd "$(dirname "$0")"
source ./servers.bash
begin
unpack_postgresql "$work/pg" 19 19~rc1-1 "sid experimental"
enter
# wait_for PORT POSITION MODE
wait_for() { sql "$1" "wait for lsn '$2' with (mode '$3', timeout '10s', no_throw)"; }

make_node primary 5521
start primary
copy_node standby 5522 5521
start standby
sql 5521 "create table t as select generate_series(1, 1000) as n"
early=$(sql 5521 "select pg_current_wal_flush_lsn()")
echo "$("$bin/postgres" --version)"
standby=$(wait_for 5522 "$early" standby_replay)
never=$(wait_for 5521 "$early" standby_replay)
server_user "$bin/pg_ctl" promote -s -w -D standby
sql 5522 "create table u as select generate_series(1, 1000) as n"
late=$(sql 5522 "select pg_current_wal_flush_lsn()")
replay=$(wait_for 5522 "$early" standby_replay) flush=$(wait_for 5522 "$early" standby_flush) own=$(wait_for 5522 "$late" standby_flush)

echo "the standby, position replayed: $standby"
echo "a primary that never was a standby, the same position: $never"
echo "the promoted standby, the same position: standby_replay $replay, standby_flush $flush"
echo "the promoted standby, a position of its own WAL: standby_flush $own"
[[ "$standby/$never/$replay/$flush/$own" == "success/not in recovery/success/success/not in recovery" ]]
