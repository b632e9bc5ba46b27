namespace PgHa;

/// <summary>Who is in charge of a server, as far as signs tell.</summary>
public sealed record ServerManagement
{
    /// <summary>What <see cref="ManagedBy"/> is where nobody could look.</summary>
    public const string UnknownText = "unknown";

    /// <summary>Nobody has looked, or could.</summary>
    public static ServerManagement Unknown { get; } = new();

    /// <summary>The manager; <see langword="null"/> if none was found.</summary>
    public ServerManager? Manager { get; init; }

    /// <summary>How sure that is.</summary>
    public ManagementCertainty Certainty { get; init; } = ManagementCertainty.Unknown;

    /// <summary>What was seen, those of <see cref="Manager"/> first.</summary>
    public IReadOnlyList<ManagementSign> Signs { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>Whether a change may fight a manager.</summary>
    public bool IsManaged => Certainty is ManagementCertainty.Certain or ManagementCertainty.Possible;

    /// <summary>
    /// The name of the manager; <see langword="null"/> if there is none; <see cref="UnknownText"/> if nobody could look.
    /// </summary>
    public string? ManagedBy => Certainty switch
    {
        ManagementCertainty.Certain => Name,
        ManagementCertainty.Possible => $"possibly {Name}",
        ManagementCertainty.Unknown => UnknownText,
        _ => null,
    };

    /// <summary>The manager's name; empty if there is none.</summary>
    internal string Name => Manager is { } manager ? ServerManagers.NameOf(manager) : "";

    /// <summary>Where the manager was seen, in words: the strongest signs, two of them at most.</summary>
    internal string Evidence => string.Join(
        " and ",
        Signs.Where(sign => sign.Manager == Manager).OrderBy(sign => sign.Meaning).ThenBy(sign => sign.Place).Take(2));

    /// <summary>Decides from what was seen.</summary>
    /// <param name="signs">What was seen.</param>
    /// <param name="looked">Where somebody could look. A place where nobody could proves nothing.</param>
    internal static ServerManagement Decide(IReadOnlyList<ManagementSign> signs, IReadOnlyCollection<SignPlace> looked)
    {
        foreach (IGrouping<ServerManager, ManagementSign> same in signs.GroupBy(sign => sign.Manager).OrderBy(same => same.Key))
        {
            if (same.Any(sign => sign.Meaning == SignMeaning.IsManaged)
                || (Has(same, SignMeaning.RunsHere) && Has(same, SignMeaning.WasManaged)))
                return Of(same.Key, ManagementCertainty.Certain, signs);
        }

        // Only a look at the processes, or at the sessions, tells whether a manager that left traces is still there.
        bool sawNow = looked.Contains(SignPlace.Process) || looked.Contains(SignPlace.Sql);
        ManagementSign? possible = signs.OrderBy(sign => sign.Manager).FirstOrDefault(sign => sign.Meaning switch
        {
            SignMeaning.RunsHere => !(ServerManagers.LeavesFiles(sign.Manager) && looked.Contains(SignPlace.File)),
            SignMeaning.WasManaged => !sawNow,
            _ => true,
        });
        if (possible is not null)
            return Of(possible.Manager, ManagementCertainty.Possible, signs);
        if (signs.OrderBy(sign => sign.Manager).FirstOrDefault(sign => sign.Meaning == SignMeaning.WasManaged) is { } trace)
            return Of(trace.Manager, ManagementCertainty.WasManaged, signs);
        return looked.Contains(SignPlace.Sql) || (looked.Contains(SignPlace.File) && looked.Contains(SignPlace.Process))
            ? new ServerManagement { Certainty = ManagementCertainty.None, Signs = signs }
            : Unknown;
    }

    /// <summary>The name of the manager, or what is known instead.</summary>
    public override string ToString() => Certainty switch
    {
        ManagementCertainty.None => "nobody",
        ManagementCertainty.WasManaged => $"nobody; formerly {Name}",
        _ => ManagedBy!,
    };

    private static bool Has(IEnumerable<ManagementSign> signs, SignMeaning meaning) => signs.Any(sign => sign.Meaning == meaning);

    private static ServerManagement Of(ServerManager manager, ManagementCertainty certainty, IEnumerable<ManagementSign> signs) => new()
    {
        Manager = manager,
        Certainty = certainty,
        Signs = [.. signs.OrderByDescending(sign => sign.Manager == manager)],
    };
}

/// <summary>How sure it is that somebody is in charge of a server.</summary>
public enum ManagementCertainty
{
    /// <summary>Nobody could look.</summary>
    Unknown,

    /// <summary>Somebody looked, and found no sign.</summary>
    None,

    /// <summary>Traces of a manager that is not there any more.</summary>
    WasManaged,

    /// <summary>A manager runs on the machine, and nothing tells whether it manages this server.</summary>
    Possible,

    /// <summary>A manager is at work on this server.</summary>
    Certain,
}
