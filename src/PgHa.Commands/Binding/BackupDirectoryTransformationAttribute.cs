using System.Collections;
using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>Lets a base backup be given by its directory, or as what <c>Get-PgBaseBackup</c> emits.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class BackupDirectoryTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        Unwrapped(inputData) is IEnumerable and not string
            ? ((IEnumerable)Unwrapped(inputData)).Cast<object>().Select(DirectoryOf).ToArray()
            : DirectoryOf(inputData);

    private static object DirectoryOf(object input) => Unwrapped(input) switch
    {
        PgBaseBackup backup => backup.Directory,
        // A backup object from another session is only a bag of properties.
        PSCustomObject or PSObject when ((PSObject)input).Properties["Directory"]?.Value is string directory => directory,
        var other => other,
    };

    private static object Unwrapped(object input) => input is PSObject wrapped ? wrapped.BaseObject : input;
}
