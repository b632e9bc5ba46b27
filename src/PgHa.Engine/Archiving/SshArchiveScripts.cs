namespace PgHa.Engine.Archiving;

/// <summary>The scripts that another machine runs for its archive: POSIX shell and coreutils, as GNU's and busybox have them.</summary>
internal static class SshArchiveScripts
{
    /// <summary>
    /// Prints for each entry of directory $1 a line, <c>d|f LENGTH TIME BYTES NAME</c>, and then the bytes of its content that $2 asks for.
    /// Prints nothing if there is no such directory.
    /// </summary>
    public const string List = """
        [ -d "$1" ] || exit 0
        cd "$1" || exit 1
        [ -r . ] || { echo "$1: Permission denied" >&2; exit 1; }
        newline='
        '
        echo
        for name in * .*; do
            case $name in . | .. | *"$newline"*) continue ;; esac
            if [ -d "$name" ]; then echo "d 0 0 0 $name"; continue; fi
            # A file may go between two looks.
            status=$(stat -L -c '%s %Y' "./$name" 2>/dev/null) || continue
            bytes=0
            [ -z "$2" ] || case $name in
            *.history) bytes=${status% *} ;;
            *[!0-9A-F]* | '') ;;
            *) [ ${#name} -ne 24 ] || [ "${status% *}" -lt 40 ] || bytes=40 ;;
            esac
            echo "f $status $bytes $name"
            [ "$bytes" -eq 0 ] || head -c "$bytes" "./$name" || exit 1
        done
        """;

    /// <summary>Prints a line break and file $2 of directory $1, or its first $3 bytes; nothing if there is no such file.</summary>
    public const string Read = """
        cd "$1" || exit 1
        [ -f "$2" ] || exit 0
        echo
        if [ -n "$3" ]; then exec head -c "$3" "$2"; else exec cat "$2"; fi
        """;

    /// <summary>Prints which <see cref="ArchiveRoom"/> directory $1 is.</summary>
    public const string Look = """
        if [ -d "$1" ]; then
            if [ -w "$1" ] && [ -x "$1" ]; then echo Writable; else echo NotWritable; fi
        elif [ -e "$1" ]; then echo NotADirectory
        elif [ -d "${1%/*}/" ]; then echo Absent
        else echo ParentAbsent
        fi
        """;

    /// <summary>Makes directory $1 for its owner alone.</summary>
    public const string Create = """
        [ -d "$1" ] || mkdir -m 700 "$1" || exit 1
        sync "${1%/*}/"
        """;

    /// <summary>Removes the files $2 … of directory $1, to disk.</summary>
    public const string Delete = """
        cd "$1" || exit 1
        shift
        rm -f "$@" && sync .
        """;
}
