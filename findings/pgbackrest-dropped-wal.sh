#!/usr/bin/env bash
# pgBackRest 2.60: after WAL was dropped, the server, "check", "info" and "verify" all say that archiving is well.
#
# archive-push-queue-max protects the disk of the server: when more WAL than that waits, pgBackRest drops it, as documented. One
# expects to see afterwards that the archive has a gap. The archive command ends with 0 for the dropped segments, so
# pg_stat_archiver counts them as archived and has no failure. Once the repository is back, "check" succeeds, and "info" shows
# one range from the first segment to the last, status ok;
# "verify" counts none missing. The only trace is a warning in the server's log. Whoever recovers from
# a backup before the gap gets as far as the gap.
set -euo pipefail
cd "$(dirname "$0")"
source ./servers.bash
begin
unpack_postgresql "$work/pg" 18 18.6-3 "sid"
unpack_debian "$work/tool" "sid" pgbackrest=2.60.0-1
pgbackrest=$work/tool/usr/bin/pgbackrest
use_own_libraries "$work/tool" "$pgbackrest"
enter
rest() { server_user "$pgbackrest" --config="$work/pgbackrest.conf" --stanza=main "$@"; }
segment() { sql 5523 "select pg_walfile_name(pg_switch_wal())"; }

server_user mkdir repository log spool lock
cat > pgbackrest.conf <<INI
[global]
repo1-path=$work/repository
log-path=$work/log
spool-path=$work/spool
lock-path=$work/lock
log-level-console=warn
archive-push-queue-max=32MB
[main]
pg1-path=$work/node
pg1-port=5523
pg1-socket-path=$work
pg1-user=$(server_user id -un)
INI
chmod a+r pgbackrest.conf
make_node node 5523 "archive_mode = on" \
    "archive_command = '$pgbackrest --config=$work/pgbackrest.conf --stanza=main archive-push %p'"
start node
rest stanza-create
rest --type=full backup

# The repository is out of reach while six segments are filled, which is more than the queue may hold.
archive=$(echo repository/archive/main/18-1)
mv "$archive" away
: | server_user tee "$archive" >/dev/null
for n in 1 2 3 4 5 6; do sql 5523 "create table t$n as select 1" >/dev/null; last=$(segment); done
for _ in $(seq 600); do [[ $(sql 5523 "select last_archived_wal from pg_stat_archiver") == "$last" ]] && break; sleep 0.1; done
server_user rm "$archive"
mv away "$archive"
sql 5523 "select pg_stat_reset_shared('archiver')" >/dev/null
sql 5523 "create table u as select 1"
check=$(rest check 2>&1) && check="succeeded"
sql 5523 "create table v as select 1"
end=$(segment)
for _ in $(seq 600); do [[ $(sql 5523 "select last_archived_wal >= '$end' from pg_stat_archiver") == t ]] && break; sleep 0.1; done

failures=$(sql 5523 "select failed_count from pg_stat_archiver")
info=$(rest info)
range=$(grep -oE '[0-9A-F]{24}/[0-9A-F]{24}' <<<"$info" | head -n 1)
missing=$(for n in $(seq $(( 16#${range:16:8} )) $(( 16#${range: -8} ))); do
    name=$(printf '%s%08X' "${range:0:16}" "$n"); find "$archive" -name "$name-*" | grep -q . || echo "$name"; done | wc -l)
verify=$(rest verify --output=text --verbose 2>&1)
dropped=$(grep -c 'dropped WAL file' node.log)

"$bin/postgres" --version; "$pgbackrest" version
echo "server: last archived $(sql 5523 "select last_archived_wal from pg_stat_archiver"), failures since the repository is back: $failures"
echo "check: $check; info: $(grep -oE 'status: .*' <<<"$info" | head -n 1), $range"
echo "segments of that range that are not in the repository: $missing; warnings in the server's log: $dropped"
echo "verify: $(tr -s ' \n' ' ' <<<"$verify")"
[[ $verify == *"status: ok"*"missing: 0"* && $check == succeeded && $info == *"status: ok"* && $missing -gt 0 && $dropped -gt 0 && $failures == 0 ]]
