#!/usr/bin/env bash
# PostgreSQL 19rc1: "postgres --describe-config" prints 0 as the default of every number and FALSE as that of every boolean.
#
# One expects of the documented dump of the server's variables, which has a column for the default, the default. Strings and
# enumerations are right. Numbers and booleans are printed before anything gave them their default. "postgres -C" tells the
# default, with an empty configuration file and any existing directory as data directory.
set -euo pipefail
cd "$(dirname "$0")"
source ./servers.bash
begin
unpack_postgresql "$work/pg" 19 19~rc1-1 "sid experimental"
enter

server_user "$bin/postgres" --describe-config > described
described() { awk -F '\t' -v name="$1" '$1 == name { print $5 }' described; }
real() { server_user "$bin/postgres" -D "$work" -c config_file=/dev/null -C "$1" 2>/dev/null; }

"$bin/postgres" --version
for name in max_connections max_locks_per_transaction hot_standby wal_level log_directory; do
    echo "$name: described as $(described $name), is $(real $name)"
done
echo "numbers that are not described as 0: $(awk -F '\t' '($4 == "INTEGER" || $4 == "REAL") && $5 != 0' described | wc -l) of $(awk -F '\t' '$4 == "INTEGER" || $4 == "REAL"' described | wc -l)"
echo "booleans that are described as TRUE: $(awk -F '\t' '$4 == "BOOLEAN" && $5 == "TRUE"' described | wc -l) of $(awk -F '\t' '$4 == "BOOLEAN"' described | wc -l)"
[[ "$(described max_connections) $(real max_connections)" == "0 100" && "$(described hot_standby) $(real hot_standby)" == "FALSE on" ]]
[[ "$(described wal_level) $(real wal_level)" == "replica replica" ]]
