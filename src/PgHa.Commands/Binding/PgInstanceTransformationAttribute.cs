using System.Collections;
using System.Management.Automation;
using PgHa.Engine;
using PgHa.Engine.Instances;

namespace PgHa.Commands;

/// <summary>
/// Lets a server be given as an instance, as text, by its data directory, as what an instance became in JSON or CliXml, or as anything that
/// carries one in a property <c>Server</c> or <c>Instance</c>, such as what other commands emit.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class PgInstanceTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? input = Unwrapped(inputData);
        try
        {
            return input is IEnumerable and not (string or IDictionary)
                ? ((IEnumerable)input).Cast<object?>().Select(element => Read(element, engineIntrinsics?.SessionState)).ToArray()
                : Read(input, engineIntrinsics?.SessionState);
        }
        catch (Exception e) when (e is PgHaException or FormatException)
        {
            // A failed cast lets the binder go on to the parameter that a piped cluster or definition is meant for; anything else ends it.
            throw new ArgumentTransformationMetadataException(e.Message, input is PgCluster or ClusterDefinition ? new PSInvalidCastException(e.Message, e) : e);
        }
    }

    /// <summary>The server that a value stands for.</summary>
    internal static PgInstance Read(object? input, SessionState? session = null) => Unwrapped(input) switch
    {
        PgInstance instance => instance,
        string text => OfDataDirectory(text, session) ?? PgInstance.Parse(text),
        IDictionary table => InstanceProperties.FromTable(table),
        PSObject bag when ServerOf(bag) is { } server => Read(server, session),
        PSObject bag => InstanceProperties.FromObject(bag),
        { } other when ServerOf(PSObject.AsPSObject(other)) is { } server => Read(server, session),
        { } other => throw NoServer($"A {other.GetType().Name} ('{other}')"),
        null => throw NoServer("$null"),
    };

    // A directory is told from a socket's by what is in it, and from a host by its slash or dot.
    private static PgInstance? OfDataDirectory(string text, SessionState? session)
    {
        if (text.Contains('=', StringComparison.Ordinal) || text.Contains("://", StringComparison.Ordinal) || text.IndexOfAny(['/', '\\']) < 0)
            return null;
        string directory = session?.Path.GetUnresolvedProviderPathFromPSPath(text) ?? text;
        // Binding is synchronous; the pool does the work, so that nothing can wait for this very thread.
        return Task.Run(async () => await InstanceFinder.IsDataDirectoryAsync(directory, CancellationToken.None).ConfigureAwait(false)
            ? await new InstanceFinder(new EngineContext(SilentLog.Instance)).FromDirectoryAsync(directory, CancellationToken.None).ConfigureAwait(false)
            : null).GetAwaiter().GetResult();
    }

    private static PgHaException NoServer(string what) => new(
        "NoServer", PgHaErrorKind.InvalidArgument,
        $"{what} is no server. Give a PgInstance; a data directory; a text such as db1, db1:5432, [::1]:5432, /var/run/postgresql, "
        + "'host=db1 port=5432' or postgresql://db1:5432/postgres; a hashtable or object with the properties of one; "
        + "or what another command of PgHa emitted about a server.");

    private static object? ServerOf(PSObject bag) => (bag.Properties["Server"] ?? bag.Properties["Instance"])?.Value;

    // A PSObject around a real object is only a wrapper; one around a property bag is the thing itself.
    private static object? Unwrapped(object? input) =>
        input is PSObject { BaseObject: not PSCustomObject } wrapped && !IsDeserialized(wrapped) ? wrapped.BaseObject : input;

    private static bool IsDeserialized(PSObject input) =>
        input.TypeNames.FirstOrDefault()?.StartsWith("Deserialized.", StringComparison.Ordinal) == true;
}
