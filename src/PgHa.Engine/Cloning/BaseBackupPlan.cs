using PgHa.Engine.Machines;

namespace PgHa.Engine.Cloning;

/// <summary>A clone that can be made: everything that could prevent it has been checked.</summary>
public sealed class BaseBackupPlan
{
    internal BaseBackupPlan(
        BaseBackupOptions options, IHost host, CloneTarget target, BackupSource source,
        (string Path, ServerDialect Dialect) program, string binDirectory, IReadOnlyList<string> newTablespaces,
        KeptConfiguration? kept)
    {
        Options = options;
        Host = host;
        Target = target;
        Source = source;
        Program = program;
        BinDirectory = binDirectory;
        NewTablespaces = newTablespaces;
        Kept = kept;
    }

    /// <summary>What was asked for.</summary>
    public BaseBackupOptions Options { get; }

    /// <summary>Where the clone will be.</summary>
    internal IHost Host { get; }

    /// <summary>The facts about the source.</summary>
    internal BackupSource Source { get; }

    /// <summary>The directories.</summary>
    internal CloneTarget Target { get; }

    /// <summary>How the copy connects.</summary>
    internal PgInstance Login => (Options.Login ?? Options.Source).SeenFrom(Options.Machine);

    /// <summary>The <c>pg_basebackup</c> to run.</summary>
    internal (string Path, ServerDialect Dialect) Program { get; }

    /// <summary>Why <c>pg_basebackup</c> has to copy; <see langword="null"/> if the files are copied where they are.</summary>
    internal string? LiveCopyObstacle { get; init; }

    /// <summary>The directory of the clone's own server programs.</summary>
    internal string BinDirectory { get; }

    /// <summary>The directories of the tablespaces, all of them missing or empty.</summary>
    internal IReadOnlyList<string> NewTablespaces { get; }

    /// <summary>The configuration that the clone has elsewhere; <see langword="null"/> if it gets its source's.</summary>
    internal KeptConfiguration? Kept { get; }

    /// <summary>The directories that are made outside the data directory.</summary>
    internal IReadOnlyList<string> Elsewhere => Options.WalDirectory is { } wal ? [.. NewTablespaces, wal] : NewTablespaces;

    /// <summary>The clone as it will be.</summary>
    public PgInstance Instance => Options.Source with
    {
        Name = Options.Name,
        Host = Options.Address,
        Port = Options.Port,
        SocketDirectory = Options.IsBesideSource ? Options.Source.SocketDirectory : null,
        Machine = Options.Machine,
        DataDirectory = Target.Directory,
        BinDirectory = BinDirectory,
        Version = Source.Dialect.Version.MajorVersion,
    };

    /// <summary>The steps, one per line.</summary>
    public override string ToString()
    {
        long megabytes = (Source.DataSize + Source.Tablespaces.Values.Sum()) >> 20;
        return string.Join(Environment.NewLine,
        [
            Options.Restore is { } restore ? restore.Step(Target.Incomplete)
                : LiveCopyObstacle is null
                ? $"Copy {megabytes} MB from {Options.Source} to '{Target.Incomplete}', file by file from '{Source.DataDirectory}'"
                : $"Copy {megabytes} MB from {Options.Source} to '{Target.Incomplete}' with {Program.Path}, as role {Login.UserName}",
            $"Give it port {Options.Port} and the name {Options.Name}; remove its source's replication, recovery and archive settings",
            .. Kept is { } kept
                ? [$"Leave its configuration where it is: '{kept.Main.Path}' names this data directory, which gets no other"]
                : Array.Empty<string>(),
            Target.LastStep,
            .. NewTablespaces.Select(directory => $"Make a tablespace in '{directory}'"),
        ]);
    }
}
