using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>Which files of a running server belong in a copy of it: the same that <c>pg_basebackup</c> copies.</summary>
/// <remarks>
/// See <see href="https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP-DATA">Backing Up the
/// Data Directory</see>, and <see href="https://www.postgresql.org/docs/current/storage-file-layout.html">Database File Layout</see>.
/// </remarks>
internal static partial class CopiedFiles
{
    /// <summary>The control file. It is copied last, because on a standby it tells how far recovery of the copy has to go.</summary>
    public const string ControlFile = "global/pg_control";

    // A server makes their content anew at each start. Slots would keep WAL for standbys of the source.
    private static readonly string[] EmptyDirectories =
    [
        "pg_dynshmem", "pg_notify", "pg_replslot", "pg_serial", "pg_snapshots", "pg_stat_tmp", "pg_subtrans",
    ];

    // The label of another backup would make recovery begin in the wrong place.
    private static readonly HashSet<string> OmittedFiles = new(StringComparer.Ordinal)
    {
        "backup_label", "tablespace_map", "backup_manifest", "postmaster.pid", "postmaster.opts",
        "postgresql.auto.conf.tmp", "current_logfiles.tmp",
    };

    /// <summary>The files and directories to copy, without the control file and without WAL, which follow later.</summary>
    /// <param name="found">Those that are there.</param>
    /// <param name="emptied">Further directories that the copy has without their content.</param>
    public static IReadOnlyList<CopiedFile> Of(IReadOnlyCollection<CopiedFile> found, IReadOnlyCollection<string> emptied)
    {
        string[] roots = [.. EmptyDirectories.Concat(emptied).Select(directory => directory + '/')];
        HashSet<string> unlogged = Unlogged(found);
        return
        [
            .. found.Where(file =>
                file.Path != ControlFile
                && !Array.Exists(roots, root => file.Path.StartsWith(root, StringComparison.Ordinal))
                && !IsTemporary(file)
                && (file.IsDirectory || !IsLeftOut(file.Path, unlogged))),
        ];
    }

    // Below base/pgsql_tmp are directories too, which sessions share.
    private static bool IsTemporary(CopiedFile file) =>
        file.Path.StartsWith("pgsql_tmp", StringComparison.Ordinal) || file.Path.Contains("/pgsql_tmp", StringComparison.Ordinal);

    private static bool IsLeftOut(string path, HashSet<string> unlogged)
    {
        (string directory, string name) = Split(path);
        if (OmittedFiles.Contains(name) || name.StartsWith("pg_internal.init", StringComparison.Ordinal))
            return true;
        if (!IsOfDatabase(directory))
            return false;
        return TemporaryRelation().IsMatch(name)
            || (Relation().Match(name) is { Success: true } relation
                && relation.Groups["fork"].Value != "init"
                && unlogged.Contains($"{directory}/{relation.Groups["number"].Value}"));
    }

    // An unlogged relation has an initialization fork, and starts from that after a recovery.
    private static HashSet<string> Unlogged(IEnumerable<CopiedFile> found)
    {
        HashSet<string> unlogged = new(StringComparer.Ordinal);
        foreach (CopiedFile file in found.Where(file => file.Path.EndsWith("_init", StringComparison.Ordinal)))
        {
            (string directory, string name) = Split(file.Path);
            if (IsOfDatabase(directory) && Relation().Match(name) is { Success: true } relation)
                unlogged.Add($"{directory}/{relation.Groups["number"].Value}");
        }

        return unlogged;
    }

    // base/16384, or 16384 in the directory of a tablespace. Other directories may have files of any name.
    private static bool IsOfDatabase(string directory)
    {
        ReadOnlySpan<char> last = directory.AsSpan(directory.LastIndexOf('/') + 1);
        return last.Length > 0 && !last.ContainsAnyExceptInRange('0', '9');
    }

    private static (string Directory, string Name) Split(string path)
    {
        int slash = path.LastIndexOf('/');
        return slash < 0 ? ("", path) : (path[..slash], path[(slash + 1)..]);
    }

    [GeneratedRegex(@"^(?<number>[0-9]+)(_(?<fork>fsm|vm|init))?(\.[0-9]+)?\z")]
    private static partial Regex Relation();

    [GeneratedRegex(@"^t[0-9]+_[0-9]+(_(fsm|vm|init))?(\.[0-9]+)?\z")]
    private static partial Regex TemporaryRelation();
}
