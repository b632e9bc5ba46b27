#!/usr/bin/env bash
# PostgreSQL 19rc1: pg_control holds two numbers for data checksums, and the first one is not the one that counts.
#
# One expects of the control file one number that says whether pages have checksums. From 19 on there are two, side by side:
# the first tells how initdb made the cluster, the second how it is now. pg_checksums changes the second alone, and
# pg_controldata prints that one. So a reader of the file that only moved its old offset is right until the first pg_checksums.
set -euo pipefail
cd "$(dirname "$0")"
source ./servers.bash
begin
unpack_postgresql "$work/pg" 19 19~rc1-1 "sid experimental"
enter
# Two little-endian numbers of four bytes, at 264 and 268 of the control file of 64-bit Linux.
numbers() { od -An -t u4 -j 264 -N 8 node/global/pg_control | tr -s ' '; }
shown() { server_user "$bin/pg_controldata" node | sed -n 's/^Data page checksum version: *//p'; }

make_node node 5519
made=$(numbers)/$(shown)
server_user "$bin/pg_checksums" --disable -D node >/dev/null
disabled=$(numbers)/$(shown)

"$bin/postgres" --version
echo "pg_control's two numbers / pg_controldata, after initdb:$made, after pg_checksums --disable:$disabled"
[[ $made == " 1 1/1" && $disabled == " 1 0/0" ]]
