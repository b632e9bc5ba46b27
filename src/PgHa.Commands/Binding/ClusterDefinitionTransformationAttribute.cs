using System.Collections;
using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>Lets a cluster be given as its definition: as itself, as a hashtable, as what <c>ConvertFrom-Json</c> made, or as the path of a <c>.psd1</c> or JSON file.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class ClusterDefinitionTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>What else the cmdlet takes from the pipeline: the binder goes on to the parameter that takes it.</summary>
    public Type[] Others { get; set; } = [];

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        Type? kind = PipedSubject.KindOf(inputData);
        try
        {
            // A file may have any name; that it is none is found out by reading it.
            if (kind is not null && kind != typeof(ClusterDefinition) && PipedSubject.Unwrapped(inputData) is not string)
                throw NoDefinition(PipedSubject.NameOf(kind));
            return Read(inputData, engineIntrinsics.SessionState.Path);
        }
        catch (PgHaException e)
        {
            // A failed cast lets the binder go on; anything else ends it.
            string message = $"{e.Message} {e.Advice}".TrimEnd();
            throw new ArgumentTransformationMetadataException(message, Others.Contains(kind) ? new PSInvalidCastException(message, e) : e);
        }
    }

    /// <summary>The definition that a value stands for.</summary>
    /// <exception cref="PgHaException">It is none, or has mistakes.</exception>
    internal static ClusterDefinition Read(object? input, PathIntrinsics paths) => input switch
    {
        PSObject { BaseObject: not PSCustomObject } wrapped => Read(wrapped.BaseObject, paths),
        ClusterDefinition definition => ClusterDefinitionRules.Validate(definition),
        IDictionary or PSObject => ClusterDefinitionReader.Read(ObjectDefinition.Of(input), paths.CurrentFileSystemLocation.ProviderPath),
        string path => InFile(paths.GetUnresolvedProviderPathFromPSPath(path)),
        FileSystemInfo file => Read(file.FullName, paths),
        _ => throw NoDefinition(input is null ? "$null" : $"A {input.GetType().Name}"),
    };

    // Binding is synchronous; the pool does the work, so that nothing can wait for this very thread.
    private static ClusterDefinition InFile(string path) =>
        Task.Run(() => DefinitionFiles.ReadAsync(path, CancellationToken.None)).GetAwaiter().GetResult();

    private static PgHaException NoDefinition(string what) => new(
        "NoClusterDefinition", PgHaErrorKind.InvalidArgument, $"{what} is no cluster definition.",
        "Give a hashtable, the path of a .psd1 or JSON file, or what Get-PgClusterDefinition or Export-PgCluster emitted.");
}
