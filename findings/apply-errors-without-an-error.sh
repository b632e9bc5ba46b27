#!/usr/bin/env bash
# PostgreSQL 18.6: each time its publisher is restarted, a subscription counts an apply error, although no change failed.
#
# One expects pg_stat_subscription_stats.apply_error_count to count changes that could not be applied, such as a duplicate
# key: a number that shall stay 0, and an alarm when it grows. The worker also counts the loss of its connection. Here the
# publisher is restarted twice; no change fails, none is missing on the subscriber, and the count is not 0. So after each
# switchover every such alarm goes off, and the subscriber's log alone tells the two apart.
set -euo pipefail
cd "$(dirname "$0")"
source ./servers.bash
begin
unpack_postgresql "$work/pg" 18 18.6-3 "sid"
enter

port=5518
for node in publisher subscriber; do
    make_node $node $port "wal_level = logical" "wal_retrieve_retry_interval = 200ms"
    start $node
    port=$((port + 1))
done
# Waits until the subscriber has as many rows as it shall.
arrived() { for _ in $(seq 150); do [[ $(sql 5519 "select count(*) from t") == "$1" ]] && return; sleep 0.2; done; return 1; }
errors() { sql 5519 "select apply_error_count from pg_stat_subscription_stats"; }

sql 5518 "create table t (id int primary key); create publication p for table t"
sql 5519 "create table t (id int primary key)"
sql 5519 "create subscription s connection 'host=$work port=5518 dbname=postgres' publication p" 2>/dev/null
sql 5518 "insert into t values (1)"; arrived 1
before=$(errors)
for row in 2 3; do
    server_user "$bin/pg_ctl" restart -s -w -m fast -D publisher -l publisher.log
    sql 5518 "insert into t values ($row)"; arrived $row
done
sleep 2

"$bin/postgres" --version
after=$(errors)
failed=$(grep -c 'duplicate key\|conflict detected\|null value' subscriber.log || true)
echo "apply_error_count before: $before; after two restarts of the publisher: $after; rows on the subscriber: $(sql 5519 "select count(*) from t")"
echo "changes that failed, by the subscriber's log: $failed; its last error: $(grep -o 'ERROR: .*' subscriber.log | tail -n 1)"
[[ $before == 0 && $after -gt 0 && $failed == 0 ]]
