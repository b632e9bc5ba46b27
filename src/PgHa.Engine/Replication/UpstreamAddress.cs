namespace PgHa.Engine.Replication;

/// <summary>The upstream that a standby's <c>primary_conninfo</c> names, as a server to send SQL to.</summary>
internal static class UpstreamAddress
{
    /// <summary>
    /// The upstream, with the login of the standby, because both servers have the same roles and passwords.
    /// <see langword="null"/> if the conninfo names several servers, or a service, whose file only the standby can read.
    /// </summary>
    public static PgInstance? Of(PgInstance standby, ConnectionSettings? primaryConninfo)
    {
        if (primaryConninfo is null || primaryConninfo.HasSeveralHosts || primaryConninfo.Contains("service"))
            return null;
        return Of(standby, primaryConninfo.Host ?? standby.Host, primaryConninfo.Port ?? PgInstance.DefaultPort);
    }

    /// <summary>The server at an address that a standby knows.</summary>
    public static PgInstance Of(PgInstance standby, string host, int port)
    {
        bool isSocket = HostPath.IsAbsolute(host);

        // If the upstream is on the standby's machine, its socket is in the same directory, with the port in its name.
        bool isSameMachine = isSocket || host == standby.Host || (Loopback.Is(host) && !standby.Machine.IsThisMachine);
        return standby with
        {
            Name = "",
            Host = isSameMachine ? standby.Host : host,
            Port = port,
            SocketDirectory = isSocket ? host : isSameMachine ? standby.SocketDirectory : null,
            Machine = isSameMachine ? standby.Machine : PgMachine.This,
            DataDirectory = null,
            BinDirectory = null,
        };
    }

    /// <summary>Whether two servers have the same address. All loopback names and addresses count as equal.</summary>
    public static bool AreSame(PgInstance left, PgInstance right) =>
        left.Port == right.Port
        && (left.Host == right.Host ? !Loopback.Is(left.Host) || left.Machine == right.Machine
            : Loopback.Is(left.Host) && Loopback.Is(right.Host) && left.Machine == right.Machine);
}
