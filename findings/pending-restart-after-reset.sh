#!/usr/bin/env bash
# PostgreSQL 18.6: pg_settings.pending_restart stays true after the change that waited for a restart has been taken out again.
#
# One expects that pending_restart says whether a restart would change the value. It is set when a reload meets a value that
# only a start can apply. Where ALTER SYSTEM RESET takes that value out of the files again, the next reload finds nothing
# there for the setting, and leaves the mark. The value in force, the default, and what a restart would give are all the same.
# ALTER SYSTEM SET to the value in force does clear it. So who asks "which servers need a restart?" has to compare the files
# (pg_file_settings) with the values in force, not trust the mark.
set -euo pipefail
cd "$(dirname "$0")"
source ./servers.bash
begin
unpack_postgresql "$work/pg" 18 18.6-3 "sid"
enter

make_node node 5518
start node
# A reload is a signal: the session that looks began after the postmaster had taken it.
reload() { sql 5518 "select pg_reload_conf()" >/dev/null; sleep 1; }
mark() { sql 5518 "select setting, source, pending_restart from pg_settings where name = 'max_worker_processes'"; }

"$bin/postgres" --version
echo "at first:                $(mark)"
sql 5518 "alter system set max_worker_processes = 12"; reload
waiting=$(mark); echo "after SET to 12:         $waiting"
sql 5518 "alter system reset max_worker_processes"; reload
taken_out=$(mark); echo "after RESET:             $taken_out"
echo "lines in the files:      $(sql 5518 "select count(*) from pg_file_settings where name = 'max_worker_processes'")"
sql 5518 "alter system set max_worker_processes = 8"; reload
set_back=$(mark); echo "after SET to what it is: $set_back"
[[ $waiting == "8|default|t" && $taken_out == "8|default|t" && $set_back == 8\|*\|f ]]
