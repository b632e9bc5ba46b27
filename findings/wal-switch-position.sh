#!/usr/bin/env bash
# PostgreSQL 18.6: who waits for the position that pg_switch_wal() returned does not wait for the whole segment.
#
# One expects that a standby that has received the returned position has all WAL of the old segment, so that a stop, a copy or a
# promotion after it loses nothing. pg_switch_wal() returns the end of the switch record. The segment goes on after it up to its
# end, and pg_current_wal_lsn() right after the call is the beginning of the next segment, on a server where nothing else
# happens. A standby that has the returned position can still lack most of the segment, which the archive counts as one file.
set -euo pipefail
cd "$(dirname "$0")"
source ./debian.bash
work=$(mktemp -d) bin=
cleanup() {
    server_user "$bin/pg_ctl" stop -s -m immediate -D "$work/node" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
chmod 755 "$work"
unpack_postgresql "$work/pg" 18 18.6-3 "sid"
[[ $EUID -ne 0 ]] || chown postgres "$work"
cd "$work"
sql() { server_user "$bin/psql" -XAtq -h "$work" -p 5528 -d postgres -c "$1"; }

server_user "$bin/initdb" -D node -A trust >/dev/null
printf '%s\n' "port = 5528" "listen_addresses = ''" "unix_socket_directories = '$work'" "autovacuum = off" \
    | server_user tee -a node/postgresql.conf >/dev/null
server_user "$bin/pg_ctl" start -s -w -D node -l node.log
sql "create table t as select 1 as n; checkpoint"
returned=$(sql "select pg_switch_wal()")
current=$(sql "select pg_current_wal_lsn()")
between=$(sql "select pg_wal_lsn_diff('$current', '$returned') > 1024 * 1024, pg_walfile_name('$returned') < pg_walfile_name('$current'::pg_lsn + 1)")

"$bin/postgres" --version
echo "returned: $returned, position right afterwards: $current; more than 1 MB apart | the next segment: $between"
[[ $between == "t|t" && $current =~ 000000$ ]]
