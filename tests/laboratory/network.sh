# A bridge in a namespace of its own, with a cable to each host and one to the operator. Sourced by `lab`.
# Nothing is added to this machine's own network.
# shellcheck shell=bash

net=pgha-$PGHA_LAB-net

namespace_of() { echo "pgha-$PGHA_LAB-$1"; }

address_of() {
    [[ $1 =~ ^(op|h[1-6])$ ]] || fail "'$1' is neither a host, h1 to h6, nor the operator, op"
    [[ $1 == op ]] && echo 10.86.0.100 || echo "10.86.0.${1#h}"
}

# Known in advance, so that a cut can name the place that frames are lost to.
hardware_address_of() { printf '02:86:00:00:00:%02x\n' "$(( $(address_of "$1" | cut -d. -f4) ))"; }

make_network() {
    ip netns add "$net"
    ip -n "$net" link add bridge type bridge
    ip -n "$net" link set bridge up
}

# plug_in NAME: a namespace with a cable to the bridge.
plug_in() {
    local namespace
    namespace=$(namespace_of "$1")
    ip netns add "$namespace"
    ip -n "$net" link add "$1" type veth peer name eth0 address "$(hardware_address_of "$1")" netns "$namespace"
    ip -n "$net" link set "$1" master bridge up
    ip -n "$namespace" link set lo up
    ip -n "$namespace" address add "$(address_of "$1")/24" dev eth0
    ip -n "$namespace" link set eth0 up
}

# What $1 sends to $2 goes to a hardware address that nobody has, without a word to the sender, as in a broken network.
# (A blackhole route would tell the sender at once.)
lose() {
    ip -n "$(namespace_of "$1")" neighbour replace "$(address_of "$2")" lladdr 02:86:ff:ff:ff:ff dev eth0 nud permanent
}

find_again() {
    ip -n "$(namespace_of "$1")" neighbour del "$(address_of "$2")" dev eth0 2>/dev/null || true
}

cut_link() {
    case $# in
        1) address_of "$1" > /dev/null; ip -n "$net" link set "$1" down ;;
        2) lose "$1" "$2"; lose "$2" "$1" ;;
        3) [[ $1 == --one-way ]] || fail "cut A, cut A B, or cut --one-way A B"; lose "$2" "$3" ;;
        *) fail "cut A, cut A B, or cut --one-way A B" ;;
    esac
}

heal_link() {
    local other
    case $# in
        1)
            address_of "$1" > /dev/null
            ip -n "$net" link set "$1" up
            for other in op "$state"/h?; do
                other=${other##*/}
                [[ $other == "$1" ]] || { find_again "$1" "$other"; find_again "$other" "$1"; }
            done ;;
        2) find_again "$1" "$2"; find_again "$2" "$1" ;;
        *) fail "heal A, or heal A B" ;;
    esac
}

# The operator works on this machine's own file system, and reaches the hosts alone.
make_operator() {
    local folder=$state/operator
    plug_in op
    mkdir -p "$folder"
    ssh-keygen -q -t ed25519 -N '' -C operator -f "$folder/key"
    cat > "$folder/ssh_config" <<END
Host *
    User root
    IdentityFile $folder/key
    IdentitiesOnly yes
    UserKnownHostsFile $folder/known_hosts
    StrictHostKeyChecking yes
    ConnectTimeout 5
END
}

remove_network() {
    local namespace
    for namespace in /run/netns/"pgha-$1"-*; do
        [[ ! -e $namespace ]] || ip netns del "${namespace##*/}"
    done
}
