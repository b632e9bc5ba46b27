using PgHa.Engine.Machines;
using PgHa.Engine.Programs;

namespace PgHa.Engine.Servers;

/// <summary>The control file of a data directory.</summary>
internal static class ControlFile
{
    private static readonly TimeSpan WritingPause = TimeSpan.FromMilliseconds(20);

    /// <summary>Where it is in a data directory.</summary>
    public static string PathIn(string dataDirectory) => HostPath.Combine(dataDirectory, "global", "pg_control");

    /// <summary>Reads the control file, also while the server runs.</summary>
    /// <param name="host">Where it is.</param>
    /// <param name="instance">The server.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="PgHaException"><c>NotADataDirectory</c>, <c>ControlFileDamaged</c>, <c>ControlFileNotSupported</c>.</exception>
    public static Task<ControlData> ReadAsync(IHost host, PgInstance instance, CancellationToken cancellationToken) =>
        ReadAsync(host, instance.DataDirectory!, instance.BinDirectory, cancellationToken);

    /// <summary>Reads the control file of a directory. The server's programs have to be in a usual folder.</summary>
    /// <param name="host">Where it is.</param>
    /// <param name="dataDirectory">The directory.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="PgHaException"><c>NotADataDirectory</c>, <c>ControlFileDamaged</c>, <c>ControlFileNotSupported</c>.</exception>
    public static Task<ControlData> ReadAsync(IHost host, string dataDirectory, CancellationToken cancellationToken) =>
        ReadAsync(host, dataDirectory, binDirectory: null, cancellationToken);

    private static async Task<ControlData> ReadAsync(
        IHost host, string dataDirectory, string? binDirectory, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadWholeAsync(host, dataDirectory, cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e) when (e.ErrorId == ErrorIds.ControlFileNotSupported)
        {
            return await AskServersProgramAsync(host, dataDirectory, binDirectory, e, cancellationToken).ConfigureAwait(false);
        }
    }

    // A running server writes the file in place, so a reader may get a partial write.
    private static async Task<ControlData> ReadWholeAsync(IHost host, string dataDirectory, CancellationToken cancellationToken)
    {
        ControlData? whole = null;
        PgHaException? damaged = null;
        await Poll.UntilAsync(
            async () =>
            {
                try
                {
                    whole = await ReadOnceAsync(host, dataDirectory, cancellationToken).ConfigureAwait(false);
                }
                catch (PgHaException e) when (e.ErrorId == ErrorIds.ControlFileDamaged)
                {
                    damaged = e;
                }

                return whole is not null;
            },
            WritingPause, Deadline.In(WritingPause), () => damaged!, cancellationToken).ConfigureAwait(false);
        return whole!;
    }

    // Only pg_controldata of the server's own major knows the layout. That of another major prints wrong values.
    private static async Task<ControlData> AskServersProgramAsync(
        IHost host, string dataDirectory, string? binDirectory, PgHaException unknown, CancellationToken cancellationToken)
    {
        const string Program = "pg_controldata";
        PgHaException Failure(string reason, Exception? inner = null) => new(
            unknown.ErrorId, unknown.Kind, $"{unknown.Message} {reason}",
            "Install the server's own pg_controldata, or name its directory with -BinDirectory.", dataDirectory, inner);
        ServerVersion version = await DataDirectoryVersion.ReadAsync(host, dataDirectory, cancellationToken).ConfigureAwait(false);
        try
        {
            ServerPrograms programs = await ServerPrograms
                .FindClientAsync(host, Program, version, binDirectory, cancellationToken).ConfigureAwait(false);
            if (programs.Version.MajorVersion != version.MajorVersion)
                throw Failure($"{Program} {programs.Version} in '{programs.BinDirectory}' is not of the server's major, {version.Major}.");
            var command = new HostCommand(programs.PathOf(Program), "-D", dataDirectory);
            CommandResult result = await host.RunAsync(command, cancellationToken).ConfigureAwait(false);
            return result.Succeeded ? ControlData.Parse(result.Output) : throw Failure($"{Program} says: {result.Error.Trim()}");
        }
        catch (PgHaException e) when (e.ErrorId is ErrorIds.ServerProgramsNotFound or ErrorIds.ToolTooOld)
        {
            throw Failure(e.Message, e);
        }
        catch (MalformedTextException e)
        {
            throw Failure(e.Message, e);
        }
    }

    private static async Task<ControlData> ReadOnceAsync(IHost host, string dataDirectory, CancellationToken cancellationToken) =>
        await host.ReadFileAsync(PathIn(dataDirectory), cancellationToken).ConfigureAwait(false) is { } bytes
            ? ControlData.Read(bytes)
            : throw new PgHaException(
                ErrorIds.NotADataDirectory, PgHaErrorKind.NotFound,
                $"'{dataDirectory}' is no complete data directory: there is no global/pg_control in it.",
                "Name the directory that New-PgInstance or New-PgBaseBackup made.");
}
