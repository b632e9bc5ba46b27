#!/usr/bin/env bash
# PostgreSQL 18.6: pg_rewind run again over a directory that it has rewound ends with status 0, and leaves what can't follow any more.
#
# One expects the second run to do nothing, or the same again: "run it again" is what one does with a pg_rewind that was killed, and it
# may be killed after it wrote the control file, while it syncs the directory. But a rewound directory is not one that was shut down
# cleanly, so the second run lets a stand-alone server recover it first. That writes checkpoints of its own on the source's timeline,
# beyond what the source had. Then pg_rewind sees two clusters on one timeline and says "no rewind required". As a standby the server
# starts, answers queries, and reads the source's WAL from the middle of a record on ("incorrect prev-link"), for ever. Only a new clone
# helps. (--no-ensure-shutdown has the second run fail instead.)
set -euo pipefail
cd "$(dirname "$0")"
source ./servers.bash
begin
unpack_postgresql "$work/pg" 18 18.6-3 "sid"
enter
rewind() { server_user "$bin/pg_rewind" -D old --source-server "host=$work port=5532 dbname=postgres" 2>&1; }

make_node old 5531 "wal_keep_size = 128MB"
start old
copy_node new 5532 5531
start new
server_user "$bin/pg_ctl" promote -s -w -D new
sql 5532 "checkpoint"
sql 5531 "create table only_old (n int)"
server_user "$bin/pg_ctl" stop -s -w -m fast -D old
sql 5532 "create table written as select generate_series(1, 1000) as n"

"$bin/postgres" --version
first=$(rewind) && echo "first run:  status 0, $(tail -n 1 <<< "$first")"
second=$(rewind) && echo "second run: status 0, $(tail -n 1 <<< "$second")"
configure old "port = 5531"
server_user touch old/standby.signal
echo "primary_conninfo = 'host=$work port=5532'" | server_user tee -a old/postgresql.auto.conf >/dev/null
sql 5532 "create table later as select 1 as n"
start old
for _ in $(seq 100); do
    grep -q "incorrect prev-link" old.log && break
    sleep 0.1
done
# More than once: it tries again every five seconds.
sleep 12
tries=$(grep -c "incorrect prev-link" old.log)
standby=$(sql 5531 "select pg_is_in_recovery(), to_regclass('written') is not null, to_regclass('later') is not null")
echo "the standby: in recovery|has what was written before|has what was written after: $standby"
echo "its log: $(grep -m 1 -o "record with incorrect prev-link.*" old.log), again and again"
[[ $first == *"Done!" && $second == *"no rewind required" && $standby == t\|*\|f && $tries -gt 2 ]]
