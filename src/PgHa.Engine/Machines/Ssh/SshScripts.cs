namespace PgHa.Engine.Machines.Ssh;

/// <summary>The scripts that ask another machine what this one is asked through .NET and <c>/proc</c>. They need Linux.</summary>
internal static class SshScripts
{
    /// <summary>Sends signal $1 to the processes of group $2; fails where there are none.</summary>
    public const string Signal = """kill -s "$1" -- "-$2" 2>/dev/null""";

    /// <summary>The same as user $3.</summary>
    public const string SignalBySudo = """sudo -n -u "$3" /bin/sh -c 'kill -s "$1" -- "-$2"' sh "$1" "$2" 2>/dev/null""";

    /// <summary>Prints id, group id and home directory of user $1; fails where there is none.</summary>
    public const string User = """
        id -u -- "$1" && id -g -- "$1" || exit 1
        if entry=$(getent passwd "$1"); then
            entry=${entry%:*}
            printf '%s\n' "${entry##*:}"
        else
            echo /
        fi
        """;

    /// <summary>Makes directory $1 for user $2 and its group, and its missing parents for everybody to enter.</summary>
    public const string CreateDirectoryFor = """
        [ -d "$1" ] && exit 0
        umask 022
        parent=${1%/*}/
        [ -d "$parent" ] || mkdir -p "$parent" || exit 1
        mkdir -m 700 "$1" && chown -h "$2:$(id -g -- "$2")" "$1" && exec sync "$parent"
        """;

    /// <summary>Removes directory $1 if it is empty.</summary>
    public const string RemoveDirectory = """exec rmdir "$1" """;

    /// <summary>
    /// Prints four lists of the processes $1, or of all: pairs of file and argument, lines of their status, pairs of link and target, and
    /// the names of the users. A list ends with an empty pair or line.
    /// </summary>
    /// <remarks>What a process may write itself, its command line, stands between NULs, which it cannot write.</remarks>
    public const string Processes = """
        cd /proc || exit 1
        if [ -n "$1" ]; then [ -d "$1" ] || exit 0; fi
        set -- ${1:-[0-9]*}
        files=; states=; links=
        for id; do files="$files $id/cmdline"; states="$states $id/status"; links="$links $id/exe $id/cwd"; done
        grep -azZH . $files 2>/dev/null
        printf '\0\0'
        grep -HE '^(Name|PPid|Uid):' $states 2>/dev/null
        echo
        find $links -maxdepth 0 -printf '%p\0%l\0' 2>/dev/null
        printf '\0\0'
        for user in $(sed -n 's/^Uid:[^0-9]*[0-9]*[^0-9]*\([0-9]*\).*/\1/p' $states 2>/dev/null | sort -u); do
            printf '%s %s\n' "$user" "$(getent passwd "$user" | cut -d : -f 1)"
        done
        exit 0
        """;

    /// <summary>Prints the machine's name and its addresses, as the kernel lists them.</summary>
    public const string Addresses = """
        uname -n
        cat /proc/net/fib_trie
        cat /proc/net/if_inet6 2>/dev/null
        exit 0
        """;

    /// <summary>Prints the TCP sockets.</summary>
    public const string Sockets = """
        cat /proc/net/tcp
        cat /proc/net/tcp6 2>/dev/null
        exit 0
        """;

    /// <summary>Prints the id of a process that holds one of the sockets $1 ….</summary>
    public const string SocketOwner = """
        for socket; do
            find /proc/[0-9]*/fd -lname "socket:\[$socket\]" -printf '%h\n' 2>/dev/null
        done | sed -n 's|^/proc/\([0-9]*\)/fd$|\1|p' | head -n 1
        """;
}
