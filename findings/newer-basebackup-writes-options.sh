#!/usr/bin/env bash
# A standby that pg_basebackup 18.6 -R made from PostgreSQL 15.18 starts, answers, and never streams.
#
# pg_basebackup works with servers older than itself, so one expects the same of its option -R, which makes the clone a
# standby. It writes into primary_conninfo every connection option that its own libpq knows, with the defaults, also those
# that came after the server's major. The server hands that string to its own, older libpq, which refuses the first option
# that it does not know. pg_basebackup reports success, pg_ctl too, and queries are answered; only the log tells. So the
# clone has to be made by the program of the server's major, or primary_conninfo be written by hand.
set -euo pipefail
cd "$(dirname "$0")"
source ./servers.bash
begin
unpack_postgresql "$work/pg15" 15 15.18-0+deb12u1 "bookworm"; old=$bin
unpack_postgresql "$work/pg18" 18 18.6-3 "sid"; new=$bin
enter

bin=$old
make_node primary 5515
start primary
server_user "$new/pg_basebackup" -R -D standby -c fast -h "$work" -p 5515
configure standby "port = 5516"
start standby
for _ in $(seq 60); do grep -q "invalid connection option" standby.log && break; sleep 0.5; done

echo "$("$old/postgres" --version), $("$new/pg_basebackup" --version)"
echo "the standby answers:  pg_is_in_recovery() = $(sql 5516 "select pg_is_in_recovery()")"
echo "who streams from 5515: $(sql 5515 "select count(*) from pg_stat_replication")"
said=$(grep -m 1 -o 'invalid connection option.*' standby.log); echo "the standby's log:    $said"
[[ $(sql 5516 "select pg_is_in_recovery()") == t && $(sql 5515 "select count(*) from pg_stat_replication") == 0 && -n $said ]]
