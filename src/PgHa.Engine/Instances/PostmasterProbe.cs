using System.Text;
using PgHa.Engine.Hosts;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Instances;

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
        byte[]? bytes = await _host.ReadFileAsync(Path.Combine(_dataDirectory, FileName), cancellationToken).ConfigureAwait(false);
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

    /// <summary>Whether the process that the file names is this directory's server, or one that has got its number since, or another directory's.</summary>
    public async Task<PidFileMeaning> JudgeAsync(PostmasterPid pid, CancellationToken cancellationToken)
    {
        if (await _host.ProcessAsync(pid.ProcessId, cancellationToken).ConfigureAwait(false) is not { } process || !PostmasterCommand.IsPostmaster(process))
            return PidFileMeaning.Stale;
        if (PostmasterCommand.DataDirectoryOf(process) is not { } directory || IsHere(process, directory))
            return PidFileMeaning.Running;

        // The server of another directory. If it has its file there, this one was copied along with the directory;
        // if not, the directory was moved under a running server, or is reached by another mount.
        PostmasterPid? other = await new PostmasterProbe(_host, directory).ReadAsync(cancellationToken).ConfigureAwait(false);
        if (other?.ProcessId == pid.ProcessId)
            return PidFileMeaning.CopyOfAnother;
        return directory == pid.DataDirectory ? PidFileMeaning.Running : PidFileMeaning.Stale;
    }

    /// <summary>
    /// Whether there is a main process of a server on this directory: also before it has written its file, and for the moment
    /// between removing the file and ending.
    /// </summary>
    public async Task<bool> HasProcessAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<HostProcess> processes = await _host.ListProcessesAsync(cancellationToken).ConfigureAwait(false);
        return processes.Any(process =>
            PostmasterCommand.IsLaunchOf(process.CommandLine, _dataDirectory)
            || (PostmasterCommand.DataDirectoryOf(process) is { } directory && IsHere(process, directory)));
    }

    // A server goes into its data directory soon after it has begun, by whatever path it was told of it.
    private bool IsHere(HostProcess process, string directory) =>
        DataDirectoryPath.AreSame(directory, _dataDirectory)
        || (process.WorkingDirectory is { } working && DataDirectoryPath.AreSame(working, _dataDirectory));
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
