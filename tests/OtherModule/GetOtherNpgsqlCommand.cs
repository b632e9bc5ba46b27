using System.Management.Automation;
using Npgsql;

namespace OtherModule;

/// <summary>Uses its own Npgsql, and says which one that is.</summary>
[Cmdlet(VerbsCommon.Get, "OtherNpgsql")]
[OutputType(typeof(Version))]
public sealed class GetOtherNpgsqlCommand : PSCmdlet
{
    protected override void ProcessRecord()
    {
        // Nobody listens on port 1; getting that far takes the driver and what it depends on.
        using var connection = new NpgsqlConnection("Host=127.0.0.1;Port=1;Pooling=false");
        try
        {
            connection.Open();
        }
        catch (NpgsqlException e)
        {
            WriteObject(e.GetType().Assembly.GetName().Version);
        }
    }
}
