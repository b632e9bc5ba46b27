using System.Text;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Servers;

/// <summary>Tells whether a data directory's server runs, from its <c>postmaster.pid</c> and the process it names.</summary>
internal sealed class PostmasterProbe
{
    /// <summary>The lock file of a running server.</summary>
    public const string FileName = "postmaster.pid";

    private readonly IHost _host;
    private readonly string _dataDirectory;

    public PostmasterProbe(IHost host, string dataDirectory)
    {
        _host = host;
        _dataDirectory = dataDirectory;
    }

    /// <summary>What <c>postmaster.pid</c> says; <see langword="null"/> if there is none, or it is being written.</summary>
    public async Task<PostmasterPid?> ReadAsync(CancellationToken cancellationToken)
    {
        byte[]? bytes = await _host.ReadFileAsync(HostPath.Combine(_dataDirectory, FileName), cancellationToken).ConfigureAwait(false);
        return bytes is null ? null : TryParse(Encoding.UTF8.GetString(bytes));
    }

    /// <summary>What the content of the file says; <see langword="null"/> while it is being written.</summary>
    public static PostmasterPid? TryParse(string content)
    {
        try
        {
            return PostmasterPid.Parse(content);
        }
        catch (MalformedTextException)
        {
            return null;
        }
    }

    /// <summary>
    /// Whether the process in the file is this directory's server, another directory's server, or a process that reused the number.
    /// </summary>
    public async Task<PidFileMeaning> JudgeAsync(PostmasterPid pid, CancellationToken cancellationToken)
    {
        if (await _host.ProcessAsync(pid.ProcessId, cancellationToken).ConfigureAwait(false) is not { } process
            || !PostmasterCommand.IsPostmaster(process))
        {
            return PidFileMeaning.Stale;
        }

        if (PostmasterCommand.DataDirectoryOf(process) is not { } directory
            || await IsHereAsync(process, directory, cancellationToken).ConfigureAwait(false))
            return PidFileMeaning.Running;

        // The process is the server of another directory. If that directory has the same postmaster.pid, this one is a copy of it.
        // Otherwise the directory was moved under a running server, or is reached through another mount.
        PostmasterPid? other = await new PostmasterProbe(_host, directory).ReadAsync(cancellationToken).ConfigureAwait(false);
        if (other?.ProcessId == pid.ProcessId)
            return PidFileMeaning.CopyOfAnother;
        return directory == pid.DataDirectory ? PidFileMeaning.Running : PidFileMeaning.Stale;
    }

    /// <summary>
    /// Whether a postmaster runs on this directory. This covers the moment before it has written <c>postmaster.pid</c>, and the moment
    /// between the removal of the file and its end.
    /// </summary>
    public async Task<bool> HasProcessAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<HostProcess> processes = await _host.FindProcessesAsync(
            line => PostmasterCommand.MayBePostmaster(line) || PostmasterCommand.IsLaunchOf(line, _dataDirectory),
            cancellationToken).ConfigureAwait(false);
        foreach (HostProcess process in processes)
        {
            if (PostmasterCommand.IsLaunchOf(process.CommandLine, _dataDirectory)
                || (PostmasterCommand.DataDirectoryOf(process) is { } directory
                    && await IsHereAsync(process, directory, cancellationToken).ConfigureAwait(false)))
                return true;
        }

        return false;
    }

    // Soon after its start a server changes into its data directory, whichever path was given to it.
    private async Task<bool> IsHereAsync(HostProcess process, string directory, CancellationToken cancellationToken) =>
        await DataDirectoryPath.AreSameAsync(_host, directory, _dataDirectory, cancellationToken).ConfigureAwait(false)
        || (process.WorkingDirectory is { } working
            && await DataDirectoryPath.AreSameAsync(_host, working, _dataDirectory, cancellationToken).ConfigureAwait(false));
}

/// <summary>What a <c>postmaster.pid</c> stands for.</summary>
internal enum PidFileMeaning
{
    /// <summary>The server of this directory runs.</summary>
    Running,

    /// <summary>It was killed, or the machine went down.</summary>
    Stale,

    /// <summary>The directory was copied from that of a running server, and the file with it.</summary>
    CopyOfAnother,
}
