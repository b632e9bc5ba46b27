using System.Management.Automation;
using PgHa.Engine.Access;

namespace PgHa.Commands;

/// <summary>Lets more connections in, or keeps some out.</summary>
[Cmdlet(VerbsCommon.Add, "PgHbaRule", SupportsShouldProcess = true, DefaultParameterSetName = Parts)]
[OutputType(typeof(PgHbaRule))]
public sealed class AddPgHbaRuleCommand : PgInstanceCommand, IManagedChange
{
    private const string Parts = "Parts";
    private const string Lines = "Rule";

    /// <summary>Whole rules, as lines of <c>pg_hba.conf</c> or from another server.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = Lines, ValueFromPipelineByPropertyName = true)]
    [HbaRuleTransformation]
    [ValidateNotNullOrEmpty]
    public HbaRule[] Rule { get; set; } = [];

    /// <summary>The type of the connections: over TCP, or over a Unix socket.</summary>
    [Parameter(ParameterSetName = Parts)]
    [PostgreSqlSpelling]
    public HbaConnectionType Type { get; set; } = HbaConnectionType.Host;

    /// <summary>The databases; <c>all</c>, and <c>replication</c> for standbys and base backups.</summary>
    [Parameter(Mandatory = true, ParameterSetName = Parts)]
    [ArgumentCompleter(typeof(HbaDatabaseCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Database { get; set; } = [];

    /// <summary>The roles, or <c>all</c>.</summary>
    [Parameter(Mandatory = true, ParameterSetName = Parts)]
    [ArgumentCompleter(typeof(HbaUserCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] User { get; set; } = [];

    /// <summary>The clients: <c>10.0.0.0/8</c>, <c>::1</c>, a host name, <c>.example.org</c>, <c>samenet</c>, <c>all</c>.</summary>
    [Parameter(ParameterSetName = Parts)]
    [ValidateNotNullOrEmpty]
    public string? Address { get; set; }

    /// <summary>The authentication method.</summary>
    [Parameter(ParameterSetName = Parts)]
    [PostgreSqlSpelling]
    public HbaMethod Method { get; set; } = HbaMethod.ScramSha256;

    /// <summary>Make the change although Patroni, repmgr or another manager is in charge of the server: PgHa only warns.</summary>
    [Parameter]
    public SwitchParameter EvenIfManaged { get; set; }

    ManagedOperation? IManagedChange.Operation => ManagedOperation.Hba;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        IReadOnlyList<HbaRule> wanted = ParameterSetName == Lines ? Rule : [FromParts()];
        var rules = new HbaRules(Engine);
        await rules.AddAsync(
            instance, wanted, plan => ShouldProcessAsync(instance, "Add HBA rules", plan), cancellationToken).ConfigureAwait(false);
        foreach (PgHbaRule rule in await rules.GetAsync(instance, cancellationToken).ConfigureAwait(false))
        {
            if (wanted.Contains(rule.Rule))
                output.Write(rule);
        }
    }

    private HbaRule FromParts() => new()
    {
        Type = Type,
        Databases = [.. Database.Select(Name)],
        Users = [.. User.Select(Name)],
        Address = Address is not null ? HbaAddress.Parse(Address)
            : Type == HbaConnectionType.Local ? null
            : throw new PgHaException(
                ErrorIds.AddressNeeded, PgHaErrorKind.InvalidArgument, "A rule for connections over TCP needs the clients' addresses.",
                "Give -Address, or -Type Local for Unix sockets."),
        Method = Method,
    };

    // A keyword such as "all" keeps its special meaning here. A role or database of that name has to be quoted, in -Rule.
    private static HbaName Name(string text) => text switch
    {
        "all" => HbaName.All,
        "replication" => HbaName.Replication,
        _ => HbaName.Of(text),
    };
}
