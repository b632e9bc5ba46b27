#!/usr/bin/env bash
# pg_verifybackup 19rc1 says of a sound backup of PostgreSQL 18 that it is damaged, also of one that pg_basebackup 19rc1 took.
#
# One expects that the newer tools serve older servers: pg_basebackup 19 clones from 18, and a manifest says for each file how
# long it is and what its checksum is. pg_verifybackup 19 also reads the control file, by the layout of its own major, and
# reports what it doesn't understand as "CRC is incorrect", not as another version. pg_verifybackup 18 finds the same two
# backups whole. So a check of backups has to use the programs of the server's own major.
set -euo pipefail
cd "$(dirname "$0")"
source ./servers.bash
begin
unpack_postgresql "$work/pg18" 18 18.6-3 "sid"; old=$bin
unpack_postgresql "$work/pg19" 19 19~rc1-1 "sid experimental"; new=$bin
enter

bin=$old
make_node node 5518
start node
server_user "$old/pg_basebackup" -D by18 -X stream -c fast -h "$work" -p 5518
server_user "$new/pg_basebackup" -D by19 -X stream -c fast -h "$work" -p 5518

echo "$("$old/postgres" --version); $("$new/pg_verifybackup" --version)"
for backup in by18 by19; do
    server_user "$old/pg_verifybackup" -q "$backup" && echo "pg_verifybackup 18 of the backup $backup: whole"
    said=$(server_user "$new/pg_verifybackup" -q "$backup" 2>&1) && exit 1
    echo "pg_verifybackup 19 of the backup $backup: ${said##*global/}"
    [[ $said == *"pg_control: CRC is incorrect"* ]]
done
