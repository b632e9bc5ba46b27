using System.Collections;
using System.Management.Automation;
using System.Text.RegularExpressions;
using PgHa.Engine;
using PgHa.Engine.Instances;

namespace PgHa.Commands;

/// <summary>
/// Takes a server as an instance, as text, by its data directory, or as an instance that went through JSON or CliXml. Takes also
/// any object with a server in its property <c>Server</c> or <c>Instance</c>, such as the output of other commands.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed partial class PgInstanceTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>Other types that the cmdlet takes from the pipeline. The binder passes such an object to another parameter.</summary>
    public Type[] Others { get; set; } = [];

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? input = Unwrapped(inputData);
        Type? kind = PipedSubject.KindOf(inputData);
        try
        {
            if (kind is not null && kind != typeof(PgInstance) && (input is not string || Others.Contains(kind)))
                throw NoServer(input is string text ? $"'{text}'" : PipedSubject.NameOf(kind));
            return input is IEnumerable and not (string or IDictionary)
                ? ((IEnumerable)input).Cast<object?>().Select(element => Read(element, engineIntrinsics?.SessionState)).ToArray()
                : Read(input, engineIntrinsics?.SessionState);
        }
        catch (Exception e) when (e is PgHaException or FormatException)
        {
            // After a failed cast the binder tries the next parameter. Any other exception ends the binding.
            string message = e is PgHaException { Advice: { } advice } ? $"{e.Message} {advice}" : e.Message;
            throw new ArgumentTransformationMetadataException(message, Others.Contains(kind) ? new PSInvalidCastException(message, e) : e);
        }
    }

    /// <summary>The server that a value stands for.</summary>
    internal static PgInstance Read(object? input, SessionState? session = null) => Unwrapped(input) switch
    {
        PgInstance instance => instance,
        string text => OfText(text, session),
        IDictionary table => InstanceProperties.FromTable(table),
        PSObject bag when ServerOf(bag) is { } server => Read(server, session),
        PSObject bag => InstanceProperties.FromObject(bag),
        { } other when ServerOf(PSObject.AsPSObject(other)) is { } server => Read(server, session),
        { } other => throw NoServer($"A {other.GetType().Name} ('{other}')"),
        null => throw NoServer("$null"),
    };

    // A host with a dot or a port and a connection string are complete. A name and a path have to be looked up.
    private static PgInstance OfText(string text, SessionState? session)
    {
        string word = text.Trim();
        if (word.Contains('=', StringComparison.Ordinal) || word.Contains("://", StringComparison.Ordinal))
            return PgInstance.Parse(word);
        if (Name().IsMatch(word))
            return Found(names => names.FindByNameAsync(word, CancellationToken.None));
        if (word.IndexOfAny(['/', '\\']) < 0 && word is not ("." or ".." or "~"))
            return PgInstance.Parse(word);
        string path = session?.Path.GetUnresolvedProviderPathFromPSPath(word) ?? word;
        return Found(names => names.FindByPathAsync(path, word, CancellationToken.None));
    }

    // Binding is synchronous. The work runs on the thread pool, so that it cannot wait for this thread, which is blocked.
    private static PgInstance Found(Func<ServerNames, Task<PgInstance>> find) =>
        Task.Run(() => find(new ServerNames(new EngineContext(SilentLog.Instance)))).GetAwaiter().GetResult();

    private static PgHaException NoServer(string what) => new(
        ErrorIds.NoServer, PgHaErrorKind.InvalidArgument,
        $"{what} is no server. {ServerNames.Forms} Or give a PgInstance, a hashtable or object with the properties of one, "
        + "or what another command of PgHa emitted about a server.");

    [GeneratedRegex(@"^[\p{L}\p{N}_-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    private static object? ServerOf(PSObject bag) => (bag.Properties["Server"] ?? bag.Properties["Instance"])?.Value;

    // A PSObject is only a wrapper around a .NET object; but a property bag is a PSObject itself.
    private static object? Unwrapped(object? input) =>
        input is PSObject { BaseObject: not PSCustomObject } wrapped && !IsDeserialized(wrapped) ? wrapped.BaseObject : input;

    private static bool IsDeserialized(PSObject input) =>
        input.TypeNames.FirstOrDefault()?.StartsWith("Deserialized.", StringComparison.Ordinal) == true;
}
