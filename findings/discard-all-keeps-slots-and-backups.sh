#!/usr/bin/env bash
# PostgreSQL 18.6: DISCARD ALL leaves a session its temporary replication slots, its replication origin and its base backup.
#
# One expects a session after DISCARD ALL to be as good as new: it is what connection pools send before they give a connection to the
# next client. Temporary tables, settings, prepared statements, cursors and advisory locks do go. But a temporary slot stays and goes on
# keeping WAL, the origin that was set up stays and marks the next client's transactions as replicated from elsewhere, and a backup that
# pg_backup_start began goes on and can be stopped by whoever comes next. All three end with the connection alone, so work with them
# needs a connection that is closed afterwards and not given back.
set -euo pipefail
cd "$(dirname "$0")"
source ./servers.bash
begin
unpack_postgresql "$work/pg" 18 18.6-3 "sid"
enter

make_node node 5519
start node

"$bin/postgres" --version
# One session, as a pool would keep it: the statements before DISCARD ALL are one client's, those after it the next one's.
seen=$(server_user "$bin/psql" -XqAt -v ON_ERROR_STOP=1 -h "$work" -p 5519 -d postgres <<'SQL'
select from pg_replication_origin_create('elsewhere');
create temp table mine (id int);
select from pg_advisory_lock(1);
select from pg_create_physical_replication_slot('kept', true, true);
select from pg_replication_origin_session_setup('elsewhere');
select from pg_backup_start('kept', true);
discard all;
select 'temporary tables: ' || count(*) from pg_class where relname = 'mine';
select 'advisory locks:   ' || count(*) from pg_locks where locktype = 'advisory';
select 'slots:            ' || count(*) from pg_replication_slots where temporary and restart_lsn is not null;
select 'origin in use:    ' || pg_replication_origin_session_is_setup();
select 'backup in hand:   ' || (labelfile ~ 'LABEL: kept') from pg_backup_stop(false);
SQL
)
grep -v '^$' <<< "$seen"
left=$(sql 5519 "select count(*) from pg_replication_slots")
echo "slots once the connection is closed: $left"
[[ $(grep -v '^$' <<< "$seen") == "temporary tables: 0
advisory locks:   0
slots:            1
origin in use:    true
backup in hand:   true" && $left == 0 ]]
