using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Instances;

/// <summary>The names of a data directory, and of the directories beside it, while its server returns to its cluster.</summary>
/// <remarks>
/// A directory under its real name is complete. During a rewind it has another name, so that neither PgHa nor a service manager starts
/// it after a rewind that died midway.
/// </remarks>
internal sealed class RejoinDirectory
{
    /// <summary>The suffix of a data directory's name while it is rewound.</summary>
    public const string RewindSuffix = ".pgha-rewind-incomplete";

    private const string InterruptedAdvice = "Repair-PgStandby -Upstream brings it to its end.";

    private RejoinDirectory(string directory, DirectoryPlace place) => (Directory, Place) = (directory, place);

    /// <summary>Looks at a data directory.</summary>
    public static async Task<RejoinDirectory> AtAsync(IHost host, string directory, CancellationToken cancellationToken) => new(
        HostPath.TrimEnd(directory),
        await DirectoryPlace.AtAsync(host, directory, cancellationToken).ConfigureAwait(false));

    /// <summary>The data directory.</summary>
    public string Directory { get; }

    /// <summary>Where the data directory really is.</summary>
    public DirectoryPlace Place { get; }

    /// <summary>The data directory while it is rewound.</summary>
    public string Rewinding => Place.Beside(RewindSuffix);

    /// <summary>The directory for the server's own files during the rewind.</summary>
    public string OwnFiles => Place.Beside(".pgha-own-files");

    /// <summary>The file that marks a complete rewind.</summary>
    public string Rewound => HostPath.Combine(OwnFiles, "pgha-rewound");

    /// <summary>A complete clone that has not taken its place yet.</summary>
    public string Clone => Place.Beside(".pgha-clone");

    /// <summary>The name of the old directory once a clone has taken its place.</summary>
    public string OldAt(DateTimeOffset time) =>
        Place.Beside(time.ToString("'.pgha-old-'yyyyMMdd'T'HHmmss'Z'", System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>
    /// The error for a mount point whose server is in the middle of a repair, and must not be started; <see langword="null"/> if there
    /// is no such repair.
    /// </summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="names">What is in it.</param>
    public static PgHaException? Incomplete(string directory, IReadOnlyCollection<string> names) => names switch
    {
        _ when names.Any(DirectoryPlace.IsInterrupted) => new PgHaException(
            ErrorIds.MoveIncomplete, PgHaErrorKind.Refused,
            $"'{directory}' is not started: it is a mount point, and the moving of its entries has not come to its end.",
            InterruptedAdvice),
        _ when names.Contains(RewindSuffix) =>
            RewindIncomplete(HostPath.TrimEnd(directory), HostPath.Combine(directory, RewindSuffix)),
        _ => null,
    };

    /// <summary>Makes sure that a directory to be started is not being rewound, and that no rewind died in it.</summary>
    /// <exception cref="PgHaException"><c>RewindIncomplete</c>.</exception>
    public static async Task RequireCompleteAsync(IHost host, string directory, CancellationToken cancellationToken)
    {
        directory = HostPath.TrimEnd(directory);
        bool isRewinding = directory.EndsWith(RewindSuffix, StringComparison.Ordinal);
        if (!isRewinding && (await host.StatAsync(directory, cancellationToken).ConfigureAwait(false) is not null
            || await host.StatAsync(directory + RewindSuffix, cancellationToken).ConfigureAwait(false) is null))
            return;
        string real = HostPath.TrimEnd(isRewinding ? directory[..^RewindSuffix.Length] : directory);
        throw RewindIncomplete(real, isRewinding ? directory : real + RewindSuffix);
    }

    /// <summary>
    /// Makes sure that no rewind which PgHa did not begin died in the directory of a server to be started as a primary.
    /// </summary>
    /// <param name="host">The server's host.</param>
    /// <param name="instance">The server.</param>
    /// <param name="dialect">Its version.</param>
    /// <param name="names">What is in its data directory.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PgHaException"><c>RewindIncomplete</c>.</exception>
    public static async Task RequireNoTraceAsync(
        IHost host, PgInstance instance, ServerDialect dialect, IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        string[] recovers = [RecoveryFileNames.StandbySignal, RecoveryFileNames.RecoverySignal, RecoveryFileNames.RecoveryConf];
        if (recovers.Any(names.Contains))
            return;
        string wal = HostPath.Combine(instance.DataDirectory!, dialect.WalDirectory);
        IReadOnlyList<string> files = await host.ListAsync(wal, cancellationToken).ConfigureAwait(false) ?? [];
        // Files of the first timeline alone are no trace of a rewind, so the control file need not be read.
        if (!files.Any(file => WalArchiveFileName.TryParse(file) is { Timeline.Value: > 1 }))
            return;
        ControlData control = await ControlFile.ReadAsync(host, instance, cancellationToken).ConfigureAwait(false);
        if (RewindTrace.Find(control, diverges: false, files) is { } trace)
        {
            throw new PgHaException(
                ErrorIds.RewindIncomplete, PgHaErrorKind.Refused,
                $"{instance} is not started: a rewind of '{instance.DataDirectory}' has not come to its end, "
                    + $"and its data is neither the old nor the new ({trace} is of a later timeline than its control file tells of).",
                "Repair-PgStandby -Upstream rewinds it again, or makes a new clone. If somebody put that file there by hand, take it out.",
                instance.ToString());
        }
    }

    private static PgHaException RewindIncomplete(string directory, string rewinding) => new(
        ErrorIds.RewindIncomplete, PgHaErrorKind.Refused,
        $"'{directory}' is not started: a rewind of it has not come to its end, and its data is neither the old nor the new. "
            + $"It is called '{rewinding}' until it is repaired.",
        "Repair-PgStandby -Upstream rewinds it again, or makes a new clone. Give the directory no other name yourself.");
}
