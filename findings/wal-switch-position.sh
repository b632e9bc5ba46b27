#!/usr/bin/env bash
# PostgreSQL 18.6: who waits for the position that pg_switch_wal() returned does not wait for the whole segment.
#
# One expects that a standby that has received the returned position has all WAL of the old segment, so that a stop, a copy or a
# promotion after it loses nothing. pg_switch_wal() returns the end of the switch record. The segment goes on after it up to its
# end, and pg_current_wal_lsn() right after the call is the beginning of the next segment, on a server where nothing else
# happens. A standby that has the returned position can still lack most of the segment, which the archive counts as one file.
set -euo pipefail
cd "$(dirname "$0")"
source ./servers.bash
begin
unpack_postgresql "$work/pg" 18 18.6-3 "sid"
enter

make_node node 5528 "autovacuum = off"
start node
sql 5528 "create table t as select 1 as n; checkpoint"
returned=$(sql 5528 "select pg_switch_wal()")
current=$(sql 5528 "select pg_current_wal_lsn()")
between=$(sql 5528 "select pg_wal_lsn_diff('$current', '$returned') > 1024 * 1024, pg_walfile_name('$returned') < pg_walfile_name('$current'::pg_lsn + 1)")

"$bin/postgres" --version
echo "returned: $returned, position right afterwards: $current; more than 1 MB apart | the next segment: $between"
[[ $between == "t|t" && $current =~ 000000$ ]]
