# Sourced by the findings that run PostgreSQL: a folder, $work, with servers that end and go with the script.
# The servers listen on Unix sockets in that folder alone.
source ./debian.bash

# begin: makes the folder. Unpack the programs into it before `enter`, as whoever runs the script.
begin() {
    work=$(mktemp -d)
    trap end EXIT
    chmod 755 "$work"
}

# enter: hands the folder over to the servers' user, and goes there.
enter() {
    [[ $EUID -ne 0 ]] || chown postgres "$work"
    cd "$work" || exit
}

end() {
    local file
    for file in "$work"/*/postmaster.pid; do
        [[ ! -f $file ]] || server_user "$bin/pg_ctl" stop -s -m immediate -D "$(dirname "$file")" 2>/dev/null || true
    done
    rm -rf "$work"
}

# make_node NAME PORT [SETTING...]: a data directory by initdb.
make_node() {
    server_user "$bin/initdb" -D "$1" -A trust -N >/dev/null
    configure "$1" "port = $2" "listen_addresses = ''" "unix_socket_directories = '$work'" "${@:3}"
}

# copy_node NAME PORT FROM [OPTION...]: a standby of the server at port FROM by pg_basebackup, with further options for it.
copy_node() {
    server_user "$bin/pg_basebackup" -D "$1" -R -X stream -c fast -d "host=$work port=$3 dbname=postgres" "${@:4}"
    configure "$1" "port = $2"
}

# configure NAME SETTING...: appended to its postgresql.conf, where the last line counts.
configure() { printf '%s\n' "${@:2}" | server_user tee -a "$1/postgresql.conf" >/dev/null; }

# start NAME: its log is NAME.log.
start() { server_user "$bin/pg_ctl" start -s -w -D "$1" -l "$1.log"; }

# sql PORT QUERY: what the query returns, without a heading.
sql() { server_user "$bin/psql" -XqAt -h "$work" -p "$1" -d postgres -c "$2"; }
