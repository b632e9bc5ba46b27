using PgHa.Engine.Instances;

namespace PgHa.Commands;

/// <summary>What the parameters ask of the engine.</summary>
public sealed partial class NewPgInstanceCommand
{
    private NewInstanceOptions Options(string name, string directory, ServerVersion? version)
    {
        var options = new NewInstanceOptions
        {
            Name = name,
            DataDirectory = directory,
            Port = Port,
            Machine = Machine,
            HostName = HostName ?? (Machine.IsThisMachine ? PgInstance.DefaultHost : Machine.HostName),
            BinDirectory = _binDirectory,
            Version = Version is null ? version : ServerVersion.Parse(Version),
            ServerUser = ServerUser,
            DataChecksums = !NoDataChecksums,
            Encoding = Encoding,
            WalSegmentSize = WalSegmentSize,
            Trust = Trust,
            NoSync = NoSync,
        };
        if (Locale is not null)
            options = options with { Locale = Locale };
        return SuperuserCredential is { } superuser
            ? options with { UserName = superuser.UserName, Password = superuser.GetNetworkCredential().Password }
            : options;
    }
}
