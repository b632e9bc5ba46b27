#!/usr/bin/env bash
# On PostgreSQL 19rc1, pg_stat_wal_receiver has a row while the standby's upstream does not answer; on 18.6 it has none.
#
# "There is a row" has been the usual test for "this standby streams", in monitoring and in scripts, because the view showed a
# receiver only once it had got an answer. 19 shows the receiver from its start, with the status "connecting". Behind a cut link,
# or an upstream that accepts and says nothing, that lasts until the connection is given up. So the status has to be asked for.
set -euo pipefail
cd "$(dirname "$0")"
source ./servers.bash
begin
unpack_postgresql "$work/pg18" 18 18.6-3 "sid"; bin18=$bin
unpack_postgresql "$work/pg19" 19 19~rc1-1 "sid experimental"; bin19=$bin
enter

# An upstream that accepts connections and never says a word.
perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 0, Listen => 20) or die;
    $| = 1; print $s->sockport, "\n"; alarm 300; my @kept; while (my $c = $s->accept) { push @kept, $c }' >port &
mute=$!
trap 'kill $mute; end' EXIT
for _ in $(seq 50); do [[ -s port ]] && break; sleep 0.1; done

# standby NAME PORT: what its view says while it waits for the upstream.
standby() {
    make_node "$1" "$2" "primary_conninfo = 'host=127.0.0.1 port=$(cat port) user=nobody sslmode=disable gssencmode=disable'"
    server_user touch "$1/standby.signal"
    start "$1"
    local rows=0
    for _ in $(seq 40); do
        rows=$(sql "$2" "select count(*) || ' ' || coalesce(string_agg(status, ','), '') from pg_stat_wal_receiver")
        [[ $rows == 0* ]] || break
        sleep 0.25
    done
    echo "$rows"
}

bin=$bin18; old=$(standby old 5518)
echo "$("$bin18/postgres" --version): rows and status: $old"
server_user "$bin18/pg_ctl" stop -s -m immediate -D old
bin=$bin19; new=$(standby new 5519)
echo "$("$bin19/postgres" --version): rows and status: $new"
[[ $old == "0 " && $new == "1 connecting" ]]
