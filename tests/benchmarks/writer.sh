#!/usr/bin/env bash
# Writes a row every 5 ms to whoever takes writes, and prints the time when each was acknowledged: writer.sh PSQL CONNINFO FILE
# One psql a connection: when it ends, the next one looks for who takes writes. The time is the client's: the server's
# clock in the statement itself would be that before the commit waited for a synchronous standby.
export LC_ALL=C
while :; do
    # psql takes \watch from its input, and not from -c.
    "$1" -X -q -A -t -v ON_ERROR_STOP=1 -d "$2" 2> /dev/null <<< "insert into written default values returning 'written' \watch 0.005" |
        while read -r line; do
            if [[ $line == written ]]; then echo "$EPOCHREALTIME"; fi
        done >> "$3"
done
