#!/usr/bin/env bash
# Writes a row every 5 ms to whoever takes writes, and prints the server's clock with each: writer.sh PSQL CONNINFO FILE
# One psql a connection: when it ends, the next one looks for who takes writes.
while :; do
    # psql takes \watch from its input, and not from -c.
    "$1" -X -q -A -t -v ON_ERROR_STOP=1 -d "$2" >> "$3" 2> /dev/null \
        <<< 'insert into written default values returning extract(epoch from clock_timestamp()) \watch 0.005'
done
