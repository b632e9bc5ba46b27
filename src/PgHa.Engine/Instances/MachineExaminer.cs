using System.Diagnostics;
using System.Globalization;
using PgHa.Engine.Instances.Control;
using PgHa.Engine.Machines;
using PgHa.Engine.Programs;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Instances;

/// <summary>Examines a machine: whether PgHa reaches it and can work there, and what of PostgreSQL is on it.</summary>
public sealed class MachineExaminer
{
    private const string DataParent = "/var/lib";
    private const int Trials = 3;

    // The system's name, the locale, and the missing ones of the programs that PgHa's scripts use.
    private const string Survey = """
        (. /etc/os-release 2>/dev/null && printf '%s\n' "${PRETTY_NAME:-$(uname -s)}") || uname -s
        printf '%s\n' "${LANG:-C}"
        for tool in cat chmod cp cut dd df find getent grep head id ls mkdir mv readlink rm rmdir sed sort stat sync tail tr xargs; do
            command -v "$tool" >/dev/null || printf '%s ' "$tool"
        done
        """;

    private readonly IEngineLog _log;

    /// <summary>It writes the command lines that it runs to the log of a context.</summary>
    public MachineExaminer(EngineContext context) => _log = context.Log;

    /// <summary>The report. A machine out of reach is a report too.</summary>
    public async Task<MachineReport> ExamineAsync(PgMachine machine, CancellationToken cancellationToken)
    {
        IMachine there = Machine.Of(machine, _log);
        try
        {
            return await ReachedAsync(there, await there.OperatorAsync(cancellationToken).ConfigureAwait(false), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (PgHaException e) when (e.ErrorId is
            ErrorIds.MachineUnreachable or ErrorIds.HostKeyNotTrusted or ErrorIds.LoginRefused or ErrorIds.MachineNotSupported)
        {
            return new MachineReport { Machine = machine, Failure = $"{e.Message} {e.Advice}" };
        }
    }

    private async Task<MachineReport> ReachedAsync(IMachine machine, IHost host, CancellationToken cancellationToken)
    {
        (TimeSpan roundTrip, TimeSpan? offset) = await ClockAsync(host, cancellationToken).ConfigureAwait(false);
        string[] survey = host.IsWindows ? ["Windows", "", ""]
            : (await host.RunAsync(new HostCommand("sh", "-c", Survey), cancellationToken).ConfigureAwait(false)).Output.Split('\n');
        return new MachineReport
        {
            Machine = machine.Value,
            UserName = host.UserName,
            OperatingSystem = survey[0],
            Locale = survey.ElementAtOrDefault(1),
            MissingTools = survey.ElementAtOrDefault(2)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [],
            RoundTrip = roundTrip,
            ClockOffset = offset,
            FreeSpace = await host.FreeSpaceAsync(host.IsWindows ? @"C:\" : DataParent, cancellationToken).ConfigureAwait(false),
            Programs = await ProgramsAsync(host, cancellationToken).ConfigureAwait(false),
            Servers = await ServersAsync(machine, host, cancellationToken).ConfigureAwait(false),
            ListeningPorts = [.. (await machine.ListeningPortsAsync(cancellationToken).ConfigureAwait(false)).Order()],
        };
    }

    // Half of the round trip is taken for each way. The fastest of several trials says it best.
    private static async Task<(TimeSpan RoundTrip, TimeSpan? Offset)> ClockAsync(IHost host, CancellationToken cancellationToken)
    {
        if (host.IsWindows)
            return (TimeSpan.Zero, TimeSpan.Zero);
        TimeSpan best = TimeSpan.MaxValue;
        TimeSpan? offset = null;
        for (int i = 0; i < Trials; i++)
        {
            DateTimeOffset before = DateTimeOffset.UtcNow;
            var watch = Stopwatch.StartNew();
            CommandResult date = await host.RunAsync(new HostCommand("date", "+%s.%N"), cancellationToken).ConfigureAwait(false);
            if (watch.Elapsed >= best)
                continue;
            best = watch.Elapsed;
            offset = double.TryParse(date.Output.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)
                ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) - (before + (best / 2))
                : null;
        }

        return (best, offset);
    }

    private static async Task<IReadOnlyList<MachineProgram>> ProgramsAsync(IHost host, CancellationToken cancellationToken)
    {
        var search = new ProgramSearch(host, "postgres");
        List<MachineProgram> programs = [];
        foreach (string folder in await search.FoldersAsync(cancellationToken).ConfigureAwait(false))
        {
            if (await search.VersionAsync(folder, cancellationToken).ConfigureAwait(false) is { } version)
                programs.Add(new MachineProgram(version, folder));
        }

        return [.. programs.OrderByDescending(program => program.Version)];
    }

    private async Task<IReadOnlyList<MachineServer>> ServersAsync(IMachine machine, IHost host, CancellationToken cancellationToken)
    {
        List<MachineServer> servers = [];
        foreach (HostProcess process in await host.ListProcessesAsync(cancellationToken).ConfigureAwait(false))
        {
            if (PostmasterCommand.DataDirectoryOf(process) is { } directory)
            {
                servers.Add(new MachineServer(
                    directory, process.Id, process.UserName,
                    await OwnerAsync(machine, directory, cancellationToken).ConfigureAwait(false)));
            }
        }

        return [.. servers.OrderBy(server => server.DataDirectory, StringComparer.Ordinal)];
    }

    private async Task<string?> OwnerAsync(IMachine machine, string directory, CancellationToken cancellationToken)
    {
        try
        {
            IHost owner = await machine.HostForDirectoryAsync(directory, serverUser: null, cancellationToken).ConfigureAwait(false);
            // A context remembers the owners of one machine only, so each machine gets a context of its own.
            var finder = new OwnerFinder(new EngineContext(_log), owner, new PgInstance { DataDirectory = directory });
            return (await finder.FindAsync(cancellationToken).ConfigureAwait(false)).Name;
        }
        catch (PgHaException e) when (e.Kind is PgHaErrorKind.PermissionDenied or PgHaErrorKind.Refused or PgHaErrorKind.NotFound)
        {
            _log.Detail($"{machine.Name}: {e.Message}");
            return null;
        }
    }
}
