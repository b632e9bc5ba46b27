using System.Collections;
using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>Lets a cluster be given as its definition: as itself, as a hashtable, as what <c>ConvertFrom-Json</c> made, or as the path of a <c>.psd1</c> or JSON file.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class ClusterDefinitionTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        try
        {
            return Read(inputData, engineIntrinsics.SessionState);
        }
        catch (PgHaException e)
        {
            // A failed cast lets the binder go on to the parameter that a piped cluster is meant for; anything else ends it.
            bool isCluster = (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is PgCluster;
            throw new ArgumentTransformationMetadataException(e.Message, isCluster ? new PSInvalidCastException(e.Message, e) : e);
        }
    }

    private static ClusterDefinition Read(object input, SessionState session) => input switch
    {
        PSObject { BaseObject: not PSCustomObject } wrapped => Read(wrapped.BaseObject, session),
        ClusterDefinition definition => ClusterDefinitionRules.Validate(definition),
        IDictionary or PSObject => ClusterDefinitionReader.Read(ObjectDefinition.Of(input), session.Path.CurrentFileSystemLocation.ProviderPath),
        // Binding is synchronous; the pool does the work, so that nothing can wait for this very thread.
        string path => Task.Run(() => DefinitionFiles.ReadAsync(session.Path.GetUnresolvedProviderPathFromPSPath(path), CancellationToken.None)).GetAwaiter().GetResult(),
        FileSystemInfo file => Read(file.FullName, session),
        _ => throw new PgHaException(
            "NoClusterDefinition", PgHaErrorKind.InvalidArgument,
            $"A {input?.GetType().Name ?? "null"} is no cluster definition. Give a hashtable, the path of a .psd1 or JSON file, or what Get-PgClusterDefinition or Export-PgCluster emitted."),
    };
}
