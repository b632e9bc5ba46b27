# Sourced by the findings that need a PostgreSQL newer than the machine's: Debian's packages, unpacked and not installed.
# They run with the loader and the libraries of their own suite. Nothing outside the given folder changes.

# unpack_postgresql FOLDER MAJOR VERSION SUITE...: the server and all its programs; sets $bin to where they are.
unpack_postgresql() {
    local folder=$1 major=$2 version=$3 suite file
    shift 3
    mkdir -p "$folder"/apt/{sources,state/lists/partial,cache/archives/partial} "$folder/debs"
    : > "$folder/apt/status"
    for file in /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list; do
        [[ -f $file ]] || continue
        for suite in "$@"; do
            if [[ $file == *.sources ]]; then
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
    local wanted=("postgresql-$major=$version" "postgresql-client-$major=$version" "libpq5=$version" patchelf)
    local packages
    packages=$("${apt[@]}" install --simulate --no-install-recommends "${wanted[@]}" 2>>"$folder/apt/log" \
        | awk '/^Inst / { print $2 }' | grep -E "^(postgresql-(client-)?$major|patchelf|zlib1g|lib.*)$" | grep -vE '^(libllvm|libz3|libperl)|-perl$')
    # libpq5 is named with its version, because apt takes nothing from a suite such as experimental by itself.
    (cd "$folder/debs" && "${apt[@]}" download $(sed -E "s/^(postgresql-.*|libpq5)$/\1=${version//\//\\/}/" <<<"$packages") >>"$folder/apt/log" 2>&1)
    for file in "$folder"/debs/*.deb; do dpkg-deb -x "$file" "$folder"; done

    local libraries=$folder/usr/lib/x86_64-linux-gnu
    bin=$folder/usr/lib/postgresql/$major/bin
    rm -rf "$folder/usr/lib/postgresql/$major/lib/"{llvmjit.so,bitcode} "$folder/apt" "$folder/debs"
    for file in "$bin"/*; do
        [[ $(head -c 4 "$file") == $'\x7fELF' ]] || continue
        "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" "$folder/usr/bin/patchelf" \
            --set-interpreter "$libraries/ld-linux-x86-64.so.2" --force-rpath --set-rpath "$libraries" "$file"
    done
    chmod -R a+rX "$folder"
}

# server_user COMMAND...: PostgreSQL refuses to run as root, so root runs its programs as the user postgres.
server_user() {
    if [[ $EUID -eq 0 ]]; then runuser -u postgres -- "$@"; else "$@"; fi
}
