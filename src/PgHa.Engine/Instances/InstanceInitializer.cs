using System.Diagnostics;
using System.Globalization;
using System.Text;
using PgHa.Engine.Instances.Control;
using PgHa.Engine.Machines;
using PgHa.Engine.Programs;
using PgHa.Engine.Servers;
using PgHa.Security;

namespace PgHa.Engine.Instances;

/// <summary>Makes a new server with <c>initdb</c>.</summary>
public sealed class InstanceInitializer
{
    private readonly EngineContext _context;

    /// <summary>Works in a context.</summary>
    public InstanceInitializer(EngineContext context) => _context = context;

    /// <summary>Makes a server that can be started, and that standbys can replicate from.</summary>
    /// <exception cref="PgHaException">
    /// <c>DirectoryNotEmpty</c>, <c>DirectoryIsMountPoint</c>, <c>NotADirectory</c>, <c>InvalidInstanceName</c>,
    /// <c>VersionNotSupported</c>, <c>InitializationInProgress</c>, <c>InitializationFailed</c>, or no programs found.
    /// </exception>
    public async Task<PgInstance> CreateAsync(NewInstanceOptions options, CancellationToken cancellationToken)
    {
        RequireName(options.Name);
        string directory = HostPath.TrimEnd(options.DataDirectory);
        IMachine machine = _context.MachineOf(options.Machine);
        IHost host = await machine.HostForDirectoryAsync(directory, options.ServerUser, cancellationToken).ConfigureAwait(false);
        // With PgHa's own rights: root may read an empty directory of root, and gives it to the server's user.
        IHost own = await machine.OperatorAsync(cancellationToken).ConfigureAwait(false);
        await NewDataDirectory.RequireFreeAsync(own, directory, cancellationToken).ConfigureAwait(false);
        ServerPrograms programs = await ServerPrograms.FindServerAsync(
            host, options.BinDirectory, options.Version, cancellationToken).ConfigureAwait(false);
        ServerDialect dialect = ServerDialect.For(programs.Version);
        _context.WarnOfUnknownMajor(Result(options, options.DataDirectory, programs, socketDirectory: null), programs.Version);
        RefuseWhatTheVersionLacks(options, dialect);
        await WarnOfSharedPortAsync(options, directory, cancellationToken).ConfigureAwait(false);

        var elapsed = Stopwatch.StartNew();
        DirectoryPlace place = await DirectoryPlace.AtAsync(host, directory, cancellationToken).ConfigureAwait(false);
        string incomplete = place.Beside(NewDataDirectory.IncompleteSuffix);
        _context.Log.Step($"Initializing '{directory}' with PostgreSQL {programs.Version} as {host.UserName}");
        await RemoveLeftoverAsync(host, options, incomplete, cancellationToken).ConfigureAwait(false);
        var progress = new EngineProgress($"Making {options.Name}", $"initdb for '{directory}'");
        _context.Log.Progress(progress);
        try
        {
            await host.CreateDirectoryAsync(incomplete, cancellationToken).ConfigureAwait(false);
            await RunInitdbAsync(host, programs, options, dialect, incomplete, cancellationToken).ConfigureAwait(false);
            var configuration = new InitialConfiguration(host, own.UserName, options, dialect, incomplete);
            string socketDirectory = await configuration.WriteAsync(cancellationToken).ConfigureAwait(false);
            if (options.Password is { } password)
                await SetPasswordAsync(host, programs, options, dialect, incomplete, password, cancellationToken).ConfigureAwait(false);
            await place.MoveInAsync(incomplete, cancellationToken).ConfigureAwait(false);
            _context.Log.Step($"'{directory}' is ready after {elapsed.ElapsedMilliseconds} ms");
            return Result(options, directory, programs, host.IsWindows ? null : socketDirectory);
        }
        catch
        {
            await host.DeleteDirectoryAsync(incomplete, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
        finally
        {
            _context.Log.Progress(progress with { IsCompleted = true });
        }
    }

    // The port is taken when the server starts, which may be much later. A stopped server's is seen in its configuration only.
    private async Task WarnOfSharedPortAsync(NewInstanceOptions options, string directory, CancellationToken cancellationToken)
    {
        IReadOnlyList<PgInstance> others = await new InstanceFinder(_context, options.Machine).WithPortAsync(
            options.Port, HostPath.Parent(directory) ?? directory, cancellationToken).ConfigureAwait(false);
        string host = ListenAddress.Reachable(options.HostName, options.Machine);
        foreach (PgInstance other in others.Where(other => other.Host == host))
        {
            _context.Log.Warn(string.Create(
                CultureInfo.InvariantCulture,
                $"Port {options.Port} is also that of {other} ('{other.DataDirectory}'): only one of the two can run. "
                + $"Choose another one before the start: Set-PgSetting @{{ port = … }} '{directory}'."));
        }
    }

    /// <summary>Makes a server, and makes it a service.</summary>
    /// <exception cref="PgHaException">
    /// As of <see cref="CreateAsync"/>, or <c>DebianClusterFailed</c> or <c>ServiceNotUsable</c>. Nothing of the server is left then.
    /// </exception>
    public async Task<PgInstance> CreateAsServiceAsync(
        NewInstanceOptions options, NewService service, CancellationToken cancellationToken) =>
        await new ServiceRegistration(_context, options.Machine).RegisterAsync(
            await CreateAsync(options, cancellationToken).ConfigureAwait(false), service, [], cancellationToken).ConfigureAwait(false);

    // Removes what an interrupted attempt left. Its initdb may still run, and would write between the files of the next one.
    private static async Task RemoveLeftoverAsync(
        IHost host, NewInstanceOptions options, string incomplete, CancellationToken cancellationToken)
    {
        if (await host.StatAsync(incomplete, cancellationToken).ConfigureAwait(false) is null)
            return;
        if (await NewDataDirectory.WriterOfAsync(host, incomplete, cancellationToken).ConfigureAwait(false) is { } writer)
        {
            throw new PgHaException(
                ErrorIds.InitializationInProgress, PgHaErrorKind.AlreadyExists,
                $"Process {writer.Id} is making '{options.DataDirectory}' at this moment.",
                "Wait for it, or end it and try again.");
        }

        await host.DeleteDirectoryAsync(incomplete, cancellationToken).ConfigureAwait(false);
    }

    private static PgInstance Result(NewInstanceOptions options, string directory, ServerPrograms programs, string? socketDirectory) =>
        new PgInstance
        {
            Name = options.Name,
            Host = ListenAddress.Reachable(options.HostName, options.Machine),
            Port = options.Port,
            UserName = options.UserName,
            Machine = options.Machine,
            DataDirectory = directory,
            BinDirectory = programs.BinDirectory,
            Version = programs.Version.MajorVersion,
            SocketDirectory = socketDirectory,
        };

    // cluster_name, and with it the process titles, hold ASCII only.
    private static void RequireName(string name)
    {
        const int MaxLength = 63;
        if (name.Length is 0 or > MaxLength || name.Any(c => c is < ' ' or > '~'))
        {
            throw new PgHaException(
                ErrorIds.InvalidInstanceName, PgHaErrorKind.InvalidArgument, $"'{name}' cannot be the name of a server.",
                $"Choose 1 to {MaxLength} printable ASCII characters.");
        }
    }

    private static void RefuseWhatTheVersionLacks(NewInstanceOptions options, ServerDialect dialect)
    {
        if (options.WalSegmentSize is not null && !dialect.HasWalSegmentSizeOption)
        {
            throw new PgHaException(
                ErrorIds.VersionNotSupported, PgHaErrorKind.NotSupported,
                $"PostgreSQL {dialect.Version} has the size of WAL segments compiled in.",
                "Leave the size out, or use PostgreSQL 11 or later.");
        }
    }

    private static async Task RunInitdbAsync(
        IHost host, ServerPrograms programs, NewInstanceOptions options, ServerDialect dialect, string directory,
        CancellationToken cancellationToken)
    {
        List<string> arguments =
        [
            "-D", directory, "-U", options.UserName, "-E", options.Encoding, $"--locale={options.Locale}",
            // PgHa reads messages in one language, and so does a person who gets the log.
            "--lc-messages=C",
            // pg_hba.conf is written afterwards. Without these arguments initdb would warn of its default access rules.
            "-A", "reject",
        ];
        if (options.DataChecksums)
            arguments.Add("--data-checksums");
        else if (dialect.HasChecksumsByDefault)
            arguments.Add("--no-data-checksums");
        if (options.WalSegmentSize is { } size)
            arguments.Add($"--wal-segsize={size}");
        if (options.NoSync)
            arguments.Add("--no-sync");
        CommandResult result = await host.RunAsync(
            new HostCommand(programs.PathOf("initdb"), arguments) { Timeout = TimeSpan.FromMinutes(10) },
            cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded)
            throw Failed(options, "initdb", result);
    }

    // A single-user server reads only the verifier from its standard input. The password itself is never passed on.
    private static async Task SetPasswordAsync(
        IHost host, ServerPrograms programs, NewInstanceOptions options, ServerDialect dialect, string directory, string password,
        CancellationToken cancellationToken)
    {
        string verifier = PasswordVerifier.Create(dialect, options.UserName, password);
        string statement = $"ALTER ROLE {SqlQuoting.Identifier(options.UserName)} PASSWORD {SqlQuoting.Literal(verifier)}\n";
        CommandResult result = await host.RunAsync(
            new HostCommand(programs.PathOf("postgres"), "--single", "-j", "-D", directory, "-c", "logging_collector=off", "postgres")
            {
                StandardInput = Encoding.UTF8.GetBytes(statement + "\n"),
            },
            cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded || result.Error.Contains("ERROR:", StringComparison.Ordinal))
        {
            throw Failed(
                options, "Setting the password",
                result with { Error = result.Error.Replace(verifier, "********", StringComparison.Ordinal) });
        }
    }

    private static PgHaException Failed(NewInstanceOptions options, string what, CommandResult result)
    {
        string error = LastError(result);
        string remedy = error.Contains("No space left on device", StringComparison.Ordinal)
            ? "Make room on its file system, or choose a directory of another one"
            : "Correct what it says";
        return new PgHaException(
            ErrorIds.InitializationFailed, PgHaErrorKind.OperationFailed,
            $"{what} for '{options.DataDirectory}' failed (exit status {result.ExitCode}): {error}",
            $"{remedy}; nothing of the new server was left behind.");
    }

    private static string LastError(CommandResult result)
    {
        string text = result.Error.Trim().Length > 0 ? result.Error : result.Output;
        string[] lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string[] telling =
        [
            .. lines.Where(line => line.Contains("error:", StringComparison.Ordinal)
                || line.Contains("FATAL:", StringComparison.Ordinal)
                || line.Contains("ERROR:", StringComparison.Ordinal)),
        ];
        return string.Join(' ', telling.Length > 0 ? telling : lines.TakeLast(3));
    }
}
