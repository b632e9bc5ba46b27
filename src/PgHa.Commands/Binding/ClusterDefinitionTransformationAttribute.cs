using System.Collections;
using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>
/// Lets a cluster be given as its definition: as itself, as a hashtable, as what
/// <c>ConvertFrom-Json</c> made, or as the path of a <c>.psd1</c> or JSON file.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class ClusterDefinitionTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>Other types that the cmdlet takes from the pipeline. The binder passes such an object to another parameter.</summary>
    public Type[] Others { get; set; } = [];

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        Type? kind = PipedSubject.KindOf(inputData);
        try
        {
            // A string may be the path of a definition, whatever the file is called. Reading the file shows whether it is one.
            if (kind is not null && kind != typeof(ClusterDefinition) && PipedSubject.Unwrapped(inputData) is not string)
                throw NoDefinition(PipedSubject.NameOf(kind));
            return Read(inputData, engineIntrinsics.SessionState.Path);
        }
        catch (PgHaException e)
        {
            // After a failed cast the binder tries the next parameter. Any other exception ends the binding.
            string message = $"{e.Message} {e.Advice}".TrimEnd();
            throw new ArgumentTransformationMetadataException(message, Others.Contains(kind) ? new PSInvalidCastException(message, e) : e);
        }
    }

    /// <summary>The definition that a value stands for.</summary>
    /// <exception cref="PgHaException">The value is no definition, or the definition has mistakes.</exception>
    internal static ClusterDefinition Read(object? input, PathIntrinsics paths) => input switch
    {
        PSObject { BaseObject: not PSCustomObject } wrapped => Read(wrapped.BaseObject, paths),
        ClusterDefinition definition => ClusterDefinitionRules.Validate(definition),
        IDictionary or PSObject => ClusterDefinitionReader.Read(ObjectDefinition.Of(input), paths.CurrentFileSystemLocation.ProviderPath),
        string path => InFile(paths.GetUnresolvedProviderPathFromPSPath(path)),
        FileSystemInfo file => Read(file.FullName, paths),
        _ => throw NoDefinition(input is null ? "$null" : $"A {input.GetType().Name}"),
    };

    // Binding is synchronous. The work runs on the thread pool, so that it cannot wait for this thread, which is blocked.
    private static ClusterDefinition InFile(string path) =>
        Task.Run(() => DefinitionFiles.ReadAsync(path, CancellationToken.None)).GetAwaiter().GetResult();

    private static PgHaException NoDefinition(string what) => new(
        ErrorIds.NoClusterDefinition, PgHaErrorKind.InvalidArgument, $"{what} is no cluster definition.",
        "Give a hashtable, the path of a .psd1 or JSON file, or what Get-PgClusterDefinition or Export-PgCluster emitted.");
}
