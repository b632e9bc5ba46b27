# Sourced by the findings that need programs newer than the machine's: Debian's packages, unpacked and not installed.
# They run with the loader and the libraries of their own suite. Nothing outside the given folder changes.

# unpack_debian FOLDER "SUITE..." PACKAGE[=VERSION]...: these packages and the libraries they need.
unpack_debian() {
    local folder=$1 suites=$2 file suite name
    shift 2
    mkdir -p "$folder"/apt/{sources,state/lists/partial,cache/archives/partial} "$folder/debs"
    : > "$folder/apt/status"
    for suite in $suites; do
        for file in /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list; do
            if [[ ! -f $file ]]; then
                continue
            elif [[ $file == *.sources ]]; then
                awk -v RS= -v ORS='\n\n' -v suite="$suite" '!/security/ { gsub(/Suites:[^\n]*/, "Suites: " suite); print }' "$file" \
                    > "$folder/apt/sources/$suite.sources"
            else
                sed -nE "s/^(deb +(\[[^]]*\] +)?[^ ]*debian\/? )[^ ]+ .*/\1$suite main/p" "$file" | head -n 1 > "$folder/apt/sources/$suite.list"
            fi
        done
    done
    local apt=(apt-get -q -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$folder/apt/sources" -o Dir::Etc::preferencesparts=/dev/null
        -o "Dir::State=$folder/apt/state" -o "Dir::State::status=$folder/apt/status" -o "Dir::Cache=$folder/apt/cache"
        -o "APT::Sandbox::User=$(id -un)" -o Acquire::Check-Valid-Until=false -o Acquire::Languages=none)
    "${apt[@]}" update >"$folder/apt/log" 2>&1
    # apt resolves what an installation needs; to run the programs, their libraries are enough.
    local packages=("$@")
    for name in $("${apt[@]}" install --simulate --no-install-recommends "$@" patchelf 2>>"$folder/apt/log" | awk '/^Inst / { print $2 }'); do
        [[ $name == patchelf || $name == zlib1g || $name == lib* ]] || continue
        [[ $name != libllvm* && $name != libz3* && $name != libperl* && $name != *-perl && " $*" != *" $name="* ]] || continue
        packages+=("$name")
    done
    (cd "$folder/debs" && "${apt[@]}" download "${packages[@]}" >>"$folder/apt/log" 2>&1)
    for file in "$folder"/debs/*.deb; do dpkg-deb -x "$file" "$folder"; done
    # Debian 12 has the C library still in /lib.
    if [[ -d $folder/lib ]]; then cp -a "$folder/lib/." "$folder/usr/lib/"; fi
    rm -rf "$folder/apt" "$folder/debs"
}

# use_own_libraries FOLDER PROGRAM...: has unpacked programs run with the loader and the libraries unpacked beside them.
use_own_libraries() {
    local libraries=$1/usr/lib/x86_64-linux-gnu patchelf=$1/usr/bin/patchelf program
    for program in "${@:2}"; do
        [[ $(head -c 4 "$program") == $'\x7fELF' ]] || continue
        "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" "$patchelf" \
            --set-interpreter "$libraries/ld-linux-x86-64.so.2" --force-rpath --set-rpath "$libraries" "$program"
    done
    chmod -R a+rX "$1"
}

# unpack_postgresql FOLDER MAJOR VERSION "SUITE...": the server and all its programs; sets $bin to where they are.
unpack_postgresql() {
    # libpq5 is named with its version, because apt takes nothing from a suite such as experimental by itself.
    unpack_debian "$1" "$4" "postgresql-$2=$3" "postgresql-client-$2=$3" "libpq5=$3"
    bin=$1/usr/lib/postgresql/$2/bin
    # The server loads this library for expensive queries, and it needs LLVM.
    rm -f "$1/usr/lib/postgresql/$2/lib/llvmjit.so"
    use_own_libraries "$1" "$bin"/*
}

# server_user COMMAND...: PostgreSQL refuses to run as root, so root runs its programs as the user postgres.
server_user() {
    if [[ $EUID -eq 0 ]]; then runuser -u postgres -- "$@"; else "$@"; fi
}
