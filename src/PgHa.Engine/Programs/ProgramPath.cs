using PgHa.Engine.Machines;

namespace PgHa.Engine.Programs;

/// <summary>Where a server's own programs are.</summary>
internal static class ProgramPath
{
    /// <summary>
    /// The path of one of a server's programs. A directory that the instance names is not searched again: a search before
    /// every call would take longer than most calls, and a program that is missing fails with <c>ProgramNotFound</c>.
    /// </summary>
    public static async Task<string> OfAsync(IHost host, PgInstance instance, string program, CancellationToken cancellationToken) =>
        instance.BinDirectory is { } directory
            ? HostPath.Combine(directory, host.IsWindows ? program + ".exe" : program)
            : (await ServerPrograms.FindServerAsync(host, instance, cancellationToken).ConfigureAwait(false)).PathOf(program);
}
