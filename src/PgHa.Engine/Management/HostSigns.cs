using System.Text;
using PgHa.Engine.Configuration;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Management;

/// <summary>Looks for a server's manager in its data directory, and among the processes of its machine.</summary>
internal sealed class HostSigns
{
    private readonly IHost _host;
    private readonly string _directory;
    private readonly IReadOnlyList<HostProcess> _processes;

    private HostSigns(IHost host, string directory, IReadOnlyList<HostProcess> processes) =>
        (_host, _directory, _processes) = (host, directory, processes);

    /// <summary>Whether a process may tell who manages a server, by its command line: one of a manager or of a server.</summary>
    public static bool Tells(string commandLine) =>
        PostmasterCommand.MayBePostmaster(commandLine) || ManagerProcess.Of(commandLine) is not null;

    /// <summary>What was seen, and where it was possible to look.</summary>
    /// <param name="context">The log.</param>
    /// <param name="server">A server with a data directory.</param>
    /// <param name="processes">Finds the processes of a machine that <see cref="Tells"/> takes.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<HostLook> FindAsync(
        EngineContext context, PgInstance server, Func<PgMachine, Task<IReadOnlyList<HostProcess>>> processes,
        CancellationToken cancellationToken)
    {
        try
        {
            IHost host = await context.HostOfAsync(server, cancellationToken).ConfigureAwait(false);
            IReadOnlyList<HostProcess> all = await processes(server.Machine).ConfigureAwait(false);
            return await new HostSigns(host, server.DataDirectory!, all).FindAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e)
        {
            context.Log.Detail($"{server}: its files do not tell who manages it: {e.Message}");
            return HostLook.None;
        }
    }

    private async Task<HostLook> FindAsync(CancellationToken cancellationToken)
    {
        // Without the directory there is nothing to look at; it may be on another machine.
        if (await _host.ListAsync(_directory, cancellationToken).ConfigureAwait(false) is not { } names)
            return HostLook.None;
        List<ManagementSign> signs =
        [
            .. FileSigns.Of(names, await StartOptions.ReadAsync(_host, _directory, cancellationToken).ConfigureAwait(false)),
        ];
        HostProcess? postmaster = await PostmasterAsync(cancellationToken).ConfigureAwait(false);
        // Windows shows no command lines.
        if (_host.IsWindows)
            return new HostLook(signs, [SignPlace.File], MissesServer: false);
        foreach (HostProcess process in _processes)
        {
            if (ManagerProcess.Of(process.CommandLine) is { } manager
                && await MeaningOfAsync(manager, process, postmaster, cancellationToken).ConfigureAwait(false) is { } meaning)
            {
                signs.Add(new ManagementSign(
                    manager.Manager, SignPlace.Process, meaning, FormattableString.Invariant($"the process {manager.Name} {process.Id}")));
            }
        }

        // A user who does not see the server's process may not see the manager's either. The server may have crashed, the processes of
        // others may be hidden from this user (hidepid), or the server may be in another container.
        bool missesServer = postmaster is null && names.Contains(PostmasterProbe.FileName);
        bool areHidden = missesServer && await _host.ProcessAsync(1, cancellationToken).ConfigureAwait(false) is null;
        return new HostLook(signs, areHidden ? [SignPlace.File] : [SignPlace.File, SignPlace.Process], missesServer);
    }

    // null: it manages another server.
    private async Task<SignMeaning?> MeaningOfAsync(
        ManagerProcess manager, HostProcess process, HostProcess? postmaster, CancellationToken cancellationToken)
    {
        if (postmaster?.ParentId == process.Id)
            return SignMeaning.IsManaged;
        if (manager.IsPart)
            return null;
        if (manager.DataDirectory is { } directory)
        {
            return !HostPath.IsAbsolute(directory) ? SignMeaning.RunsHere
                : await IsHereAsync(directory, cancellationToken).ConfigureAwait(false) ? SignMeaning.IsManaged : null;
        }

        string? path = manager.ConfigurationPath is not { } named ? null
            : HostPath.IsAbsolute(named) ? named
            : process.WorkingDirectory is { } working ? HostPath.Combine(working, named)
            : null;
        if (path is null || await ReadAsync(path, cancellationToken).ConfigureAwait(false) is not { } configuration)
            return SignMeaning.RunsHere;
        string[] directories = [.. ManagerProcess.DirectoriesIn(configuration)];
        return await DataDirectoryPath.IsAmongAsync(_host, _directory, directories, cancellationToken).ConfigureAwait(false)
            ? SignMeaning.IsManaged
            : directories.Length > 0 ? null
            : SignMeaning.RunsHere;
    }

    private async Task<HostProcess?> PostmasterAsync(CancellationToken cancellationToken)
    {
        foreach (HostProcess process in _processes)
        {
            if (PostmasterCommand.DataDirectoryOf(process) is { } directory
                && await IsHereAsync(directory, cancellationToken).ConfigureAwait(false))
                return process;
        }

        return null;
    }

    private Task<bool> IsHereAsync(string directory, CancellationToken cancellationToken) =>
        DataDirectoryPath.AreSameAsync(_host, directory, _directory, cancellationToken);

    private async Task<string?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await _host.ReadFileAsync(path, cancellationToken).ConfigureAwait(false) is { } content
                ? Encoding.UTF8.GetString(content)
                : null;
        }
        catch (PgHaException)
        {
            // The manager may run as another user, whose file this one may not read.
            return null;
        }
    }
}

/// <summary>What a look at a server's machine told.</summary>
/// <param name="Signs">What was seen.</param>
/// <param name="Looked">Where it was possible to look.</param>
/// <param name="MissesServer">
/// Whether the server's <c>postmaster.pid</c> is there and its process was not seen. If the server answers SQL nevertheless, the processes
/// that were seen are not those of its machine.
/// </param>
internal sealed record HostLook(IReadOnlyList<ManagementSign> Signs, IReadOnlyCollection<SignPlace> Looked, bool MissesServer)
{
    /// <summary>Nobody could look.</summary>
    public static HostLook None { get; } = new([], [], MissesServer: false);

    /// <summary>Whether the look is enough, without asking the server.</summary>
    public bool IsComplete => !MissesServer && Looked.Contains(SignPlace.File) && Looked.Contains(SignPlace.Process);
}
