namespace PgHa.Engine.Cloning;

/// <summary>The scripts that copy files of a running server: POSIX shell with coreutils, as GNU's and busybox have them.</summary>
/// <remarks>They read the paths from their input, each ended by NUL, and each path begins with <c>./</c>.</remarks>
internal static class CopyScripts
{
    /// <summary>Prints mode (hexadecimal), size and path of all files and directories below directory $1, without symbolic links.</summary>
    public const string List = """
        cd "$1" || exit 2
        exec find . \( -path './.pgha-*' -o -path ./lost+found \) -prune -o \( -type f -o -type d \) -exec stat -c '%f %s %n' {} +
        """;

    /// <summary>Makes directories below directory $1, parents first, all of them and $1 with mode $2.</summary>
    public const string MakeDirectories = """
        cd "$1" && chmod "$2" . || exit 2
        exec xargs -0 sh -c 'mode=$0; for name; do [ -d "$name" ] || mkdir -m "$mode" "$name" || exit 1; done' "$2"
        """;

    /// <summary>Copies files of directory $1 to $2, whose subdirectories are there, and, where $3 says durable, to disk.</summary>
    public const string Copy = """
        cd "$1" || exit 2
        # Holes are not looked for: some file systems report them wrongly while a file is being written.
        case $(cp --help 2>&1) in *--reflink*) how='--reflink=auto --sparse=never' ;; *) how= ;; esac
        exec xargs -0 sh -c '
            to=$0; durable=$1; how=$2; shift 2
            cp -p --parents $how "$@" "$to/"
            status=$?
            [ "$durable" = durable ] || exit $status
            cd "$to" && sync "$@" && exit $status
        ' "$2" "$3" "$how"
        """;

    /// <summary>Makes empty files in directory $1.</summary>
    public const string MakeFiles = """
        umask 077
        cd "$1" || exit 2
        exec xargs -0 touch
        """;

    /// <summary>Makes the symbolic link $1 to $2.</summary>
    public const string Link = """exec ln -s "$2" "$1" """;

    /// <summary>Flushes directory $1 and all directories below it.</summary>
    public const string SyncDirectories = """exec find "$1" -type d -exec sync {} +""";
}
