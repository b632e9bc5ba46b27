using PgHa.Engine.Hosts;

namespace PgHa.Engine.Operation;

/// <summary>The names that a data directory has, and that are beside it, while its server gets back into its cluster.</summary>
/// <remarks>
/// A directory under its real name is a good one. While it is rewound it has another, so that nobody starts it, neither
/// PgHa nor a service manager, when a rewind died midway.
/// </remarks>
internal sealed class RejoinDirectory
{
    /// <summary>What the name of a directory ends with while it is rewound.</summary>
    public const string RewindSuffix = ".pgha-rewind-incomplete";

    public RejoinDirectory(string directory) => Directory = Path.TrimEndingDirectorySeparator(directory);

    /// <summary>The data directory.</summary>
    public string Directory { get; }

    /// <summary>The data directory while it is rewound.</summary>
    public string Rewinding => Directory + RewindSuffix;

    /// <summary>Where the server's own settings are meanwhile.</summary>
    public string OwnFiles => Directory + ".pgha-own-files";

    /// <summary>Says that the rewind came to its end.</summary>
    public string Rewound => Path.Combine(OwnFiles, "pgha-rewound");

    /// <summary>A complete clone that has not taken its place yet.</summary>
    public string Clone => Directory + ".pgha-clone";

    /// <summary>The name of the old directory once a clone has taken its place.</summary>
    public string OldAt(DateTimeOffset time) => Directory + time.ToString("'.pgha-old-'yyyyMMdd'T'HHmmss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Makes sure that a directory to be started is none that is being rewound, or that a rewind died in.</summary>
    /// <exception cref="PgHaException"><c>RewindIncomplete</c>.</exception>
    public static async Task RequireCompleteAsync(IHost host, string directory, CancellationToken cancellationToken)
    {
        var names = new RejoinDirectory(directory);
        bool isRewinding = names.Directory.EndsWith(RewindSuffix, StringComparison.Ordinal);
        if (!isRewinding && (await host.StatAsync(names.Directory, cancellationToken).ConfigureAwait(false) is not null
            || await host.StatAsync(names.Rewinding, cancellationToken).ConfigureAwait(false) is null))
            return;
        string real = isRewinding ? names.Directory[..^RewindSuffix.Length] : names.Directory;
        throw new PgHaException(
            "RewindIncomplete", PgHaErrorKind.Refused,
            $"'{real}' is not started: a rewind of it has not come to its end, and its data is neither the old nor the new. It is called '{real}{RewindSuffix}' until it is repaired.",
            "Repair-PgStandby -Upstream rewinds it again, or makes a new clone. Give the directory no other name yourself.");
    }
}
