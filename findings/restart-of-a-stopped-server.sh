#!/usr/bin/env bash
# PostgreSQL 18.6: pg_ctl restart of a server that does not run starts it with the command line of an earlier start.
#
# One expects a one-time option to end with the server that got it: pg_ctl start -o "-c work_mem=8MB", pg_ctl stop, and the next start is
# a plain one. pg_ctl start is. But pg_ctl restart reads the file postmaster.opts also where no server runs ("trying to start server
# anyway"), and the options of the last start, which may be weeks ago and somebody else's, come back: a port, a config_file, a
# recovery that was to keep all WAL. What the command line gives overrules postgresql.conf and ALTER SYSTEM from then on.
set -euo pipefail
cd "$(dirname "$0")"
source ./servers.bash
begin
unpack_postgresql "$work/pg" 18 18.6-3 "sid"
enter

make_node node 5547 "work_mem = 4MB"
now() { sql 5547 "select setting || ' kB, from ' || source from pg_settings where name = 'work_mem'"; }
control() { server_user "$bin/pg_ctl" "$@" -s -w -D node -l node.log 2>&1; }
stop() { server_user "$bin/pg_ctl" stop -s -w -m fast -D node; }

"$bin/postgres" --version
control start -o "-c work_mem=8MB" >/dev/null; once=$(now); stop
said=$(control restart); again=$(now); stop
control start >/dev/null; plain=$(now)
echo "started once with an option: $once"
echo "stopped, then restart:       $again; it said: $(tail -n 1 <<< "$said")"
echo "stopped, then start:         $plain"
[[ $once == "8192 kB, from command line" && $again == "$once" && $plain == "4096 kB, from configuration file" ]]
