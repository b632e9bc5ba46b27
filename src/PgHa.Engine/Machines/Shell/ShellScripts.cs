namespace PgHa.Engine.Machines.Shell;

/// <summary>The scripts <see cref="ShellHost"/> works with: POSIX shell and coreutils, as GNU's and busybox have them.</summary>
/// <remarks>
/// Values come as positional parameters, never as text of the script. Paths are absolute, so none is taken for an
/// option. One script does all of one operation, because it is the programs it starts that take the time.
/// </remarks>
internal static class ShellScripts
{
    /// <summary>Exit status: the path is a symbolic link.</summary>
    public const int IsLink = 91;

    /// <summary>Exit status: there is something else than a directory at the path.</summary>
    public const int NotADirectory = 92;

    /// <summary>Exit status: the program to be run is not there.</summary>
    public const int NoProgram = 93;

    /// <summary>Runs program $1. Looking first tells a missing program from one that itself exits with 127.</summary>
    public const string Run = """
        case $1 in
        */*) [ -f "$1" ] && [ -x "$1" ] ;;
        *) command -v "$1" >/dev/null ;;
        esac || exit 93
        exec "$@"
        """;

    /// <summary>Prints file $1.</summary>
    public const string Read = """exec cat "$1" """;

    /// <summary>
    /// Prints files $1, $3 …, each before a line with the mark $2 and the exit status: 0 if all of the file was read, - if there is
    /// none.
    /// </summary>
    public const string ReadAll = """
        first=$1 mark=$2
        shift 2
        for file in "$first" "$@"; do
            status=-
            # In a folder that this user may not enter, nothing seems to be there.
            if [ -e "$file" ] || [ -L "$file" ] || [ ! -x "${file%/*}/" ]; then
                cat "$file" 2>/dev/null
                status=$?
            fi
            printf '%s %s\n' "$mark" $status
        done
        """;

    /// <summary>Prints the first $2 bytes of file $1.</summary>
    public const string ReadHead = """exec head -c "$2" "$1" """;

    /// <summary>Prints the last $2 bytes of file $1.</summary>
    public const string ReadTail = """exec tail -c "$2" "$1" """;

    /// <summary>
    /// Replaces file $1 by the input, of $3 bytes, through the temporary name $2, with mode $4 or, where that is
    /// empty, the mode it has.
    /// </summary>
    public const string Write = """
        umask 077
        target=$1
        # A rename over a link (postgresql.conf to /etc) would leave the real file behind, unchanged.
        if [ -L "$target" ]; then
            # The x keeps the substitution from eating a newline that belongs to the name.
            target=$(readlink -f "$target" && echo x) || exit 1
            target=${target%??}
        fi
        if [ -d "$target" ]; then echo "Is a directory" >&2; exit 1; fi
        directory=${target%/*}/
        new=$directory$2
        abandon() { [ -z "$1" ] || echo "$1" >&2; rm -f "$new"; exit 1; }
        trap abandon INT TERM HUP
        set -C
        bytes=$3
        # The input has no end when another script is to follow: one block of its length is all of it.
        case $bytes in
        0) : >"$new" || abandon ;;
        *) said=$(dd bs="$bytes" count=1 iflag=fullblock conv=fsync 2>&1 >"$new") || abandon "$said" ;;
        esac
        mode=$4
        # If PgHa dies while it sends, that looks like the end of the content: count it.
        if [ -z "$mode" ] && [ -e "$target" ]; then
            set -- $(stat -c '%s %a' "$new" "$target")
            mode=$4
        else
            set -- $(stat -c %s "$new")
        fi
        [ "$1" = "$bytes" ] || abandon "The content was cut off"
        case $mode in '' | 600) ;; *) chmod "$mode" "$new" || abandon ;; esac
        mv -f "$new" "$target" || abandon
        exec sync "$directory"
        """;

    /// <summary>Prints mode (hexadecimal), size, time, owner and owner's id of what $1 leads to.</summary>
    public const string Status = """exec stat -L -c '%f %s %Y %U %u' "$1" """;

    /// <summary>Prints the names in directory $1, each ended by NUL.</summary>
    public const string List = """
        [ -d "$1" ] || exec ls -d "$1/"
        # Neither cd nor an unexpanded * says why it failed.
        [ -r "$1" ] && [ -x "$1" ] || { echo "Permission denied" >&2; exit 1; }
        cd "$1" || exit 1
        for name in * .*; do
            case $name in . | ..) continue ;; esac
            if [ -e "$name" ] || [ -L "$name" ]; then printf '%s\0' "$name"; fi
        done
        """;

    /// <summary>Prints what stat says of everything in directory $1: a line each, with the name last.</summary>
    public const string ListEntries = """
        [ -d "$1" ] || exec ls -d "$1/"
        [ -r "$1" ] && [ -x "$1" ] || { echo "Permission denied" >&2; exit 1; }
        cd "$1" || exit 1
        for name in * .*; do
            case $name in . | ..) continue ;; esac
            if [ -e "$name" ]; then printf './%s\0' "$name"; fi
        done | xargs -0 stat -L -c '%f %s %Y %U %u %n' 2>/dev/null
        # What vanishes between the two is no failure, and neither is an empty directory.
        exit 0
        """;

    /// <summary>Prints the files that match the patterns, links resolved, each ended by NUL.</summary>
    public const string Find = """
        show() {
            [ -f "$1" ] || return 0
            if [ -L "$1" ]; then readlink -f "$1" | tr '\n' '\0'; else printf '%s\0' "$1"; fi
        }
        # No blank in a pattern splits it; an unquoted pattern is expanded.
        IFS=
        for pattern; do
            case $pattern in
            */*) for file in $pattern; do show "$file"; done ;;
            *)
                IFS=:
                for folder in $PATH; do
                    case $folder in /*) show "$folder/$pattern" ;; esac
                done
                IFS= ;;
            esac
        done
        """;

    /// <summary>Makes directory $1 for its owner alone, and its missing parents for everybody to enter.</summary>
    public const string CreateDirectory = """
        [ -d "$1" ] && exit 0
        [ -e "$1" ] && exit 92
        umask 022
        parent=${1%/*}/
        [ -d "$parent" ] || mkdir -p "$parent" || exit 1
        exec mkdir -m 700 "$1"
        """;

    /// <summary>Renames directory $1 to $2, where nothing is or an empty directory.</summary>
    public const string MoveDirectory = """
        from=${1%/*}/
        to=${2%/*}/
        [ -d "$1" ] || { echo "No such directory" >&2; exit 1; }
        # Between file systems mv copies, and a copy that is cut off looks like a data directory.
        [ "$(stat -c %d "$1")" = "$(stat -c %d "$to")" ] || { echo "Invalid cross-device link" >&2; exit 1; }
        if [ -d "$2" ] && [ ! -L "$2" ]; then rmdir "$2" || exit 1
        elif [ -e "$2" ] || [ -L "$2" ]; then echo "Not a directory" >&2; exit 1
        fi
        mv "$1" "$2" && sync "$to" && { [ "$from" = "$to" ] || sync "$from"; }
        """;

    /// <summary>Moves the entries $3 … of directory $2 into directory $1, where nothing has their names, and to disk.</summary>
    public const string MoveEntries = """
        to=$1
        cd "$2" || exit 1
        # Between file systems mv copies, and a copy that is cut off looks like a whole.
        [ "$(stat -c %d .)" = "$(stat -c %d "$to")" ] || { echo "Invalid cross-device link" >&2; exit 1; }
        shift 2
        for name; do
            if [ -e "$to/$name" ] || [ -L "$to/$name" ]; then echo "File exists" >&2; exit 1; fi
            mv "$name" "$to/" || exit 1
        done
        exec sync . "$to"
        """;

    /// <summary>Copies what is in directory $2 into directory $1, and, where $3 says durable, to disk.</summary>
    public const string CopyDirectory = """
        cp -a "$2/." "$1/" || exit 1
        [ "$3" = durable ] || exit 0
        # sync with names flushes those files alone, not everything that this machine has to write.
        find "$1" ! -type l -exec sync {} +
        """;

    /// <summary>Copies the files $3 … of directory $2 over those in directory $1, and to disk.</summary>
    public const string CopyFiles = """
        to=$1
        cd "$2" || exit 1
        shift 2
        # -f, because a key may be nobody's to write.
        cp -pf "$@" "$to/" || exit 1
        cd "$to" && exec sync "$@" .
        """;

    /// <summary>Deletes directory $1 and all below it; rm removes links without following them.</summary>
    public const string DeleteDirectory = """
        [ -L "$1" ] && exit 91
        if [ ! -d "$1" ] && [ -e "$1" ]; then exit 92; fi
        exec rm -rf "$1"
        """;

    /// <summary>Deletes file $1.</summary>
    public const string DeleteFile = """exec rm -f "$1" """;

    /// <summary>Tells by its exit status whether files can be made in directory $1.</summary>
    public const string CanWrite = """[ -d "$1" ] && [ -w "$1" ] && [ -x "$1" ]""";

    /// <summary>Prints what df says of the nearest directory of $1 that exists.</summary>
    public const string FreeSpace = """
        path=$1
        while [ ! -e "$path" ]; do path=${path%/*}; path=${path:-/}; done
        exec df -Pk "$path"
        """;
}
