using System.Globalization;

namespace PgHa.Engine.Machines.Ssh;

/// <summary>The failures of the way to a machine. ssh has one exit status for all of them, and tells them apart in words.</summary>
internal static class SshErrors
{
    private static readonly string[] Noise = ["Warning: Permanently added", "Pseudo-terminal", "debug"];

    /// <summary>A shell did not start.</summary>
    /// <param name="machine">On which machine.</param>
    /// <param name="error">What ssh said on the error stream.</param>
    /// <param name="output">What came on the output.</param>
    public static PgHaException NotReady(PgMachine machine, string error, string output)
    {
        string said = Said(error) is { Length: > 0 } words ? words : Said(output);
        if (Has(error, "REMOTE HOST IDENTIFICATION HAS CHANGED"))
        {
            return New(
                ErrorIds.HostKeyNotTrusted, PgHaErrorKind.PermissionDenied, machine,
                $"The host key of '{machine.Name}' is not the one that ssh knows of it.",
                "Find out why before anything else. If the machine was set up anew, remove its old key (ssh-keygen -R '"
                + $"{KnownAs(machine)}') and log in once by hand: {SshArguments.Typed(machine)}");
        }

        if (Has(error, "Host key verification failed"))
        {
            return New(
                ErrorIds.HostKeyNotTrusted, PgHaErrorKind.PermissionDenied, machine,
                $"ssh does not know the host key of '{machine.Name}'.",
                $"Log in once by hand, compare the fingerprint, and answer yes: {SshArguments.Typed(machine)}");
        }

        if (Has(error, "Permission denied (", "Too many authentication failures", "No more authentication methods"))
        {
            return New(
                ErrorIds.LoginRefused, PgHaErrorKind.PermissionDenied, machine, $"'{machine.Name}' refused the login: {said}",
                $"PgHa is never asked for a password. Let a key log in (ssh-add, -KeyFilePath), and try: {Trial(machine)}");
        }

        if (Has(error, "Bad configuration option", "command-line", "unsupported option", "invalid argument"))
        {
            return New(
                ErrorIds.LoginRefused, PgHaErrorKind.InvalidArgument, machine, $"ssh cannot be started so for '{machine.Name}': {said}",
                "Correct the options and the key of the machine (Test-PgMachine), or ssh's configuration.");
        }

        return Has(
            error, "Could not resolve", "Connection refused", "Connection timed out", "No route to host", "Network is unreachable",
            "Connection closed", "Connection reset", "Operation timed out", "timeout", "Broken pipe")
            ? Unreachable(machine, said)
            : New(
                ErrorIds.LoginRefused, PgHaErrorKind.PermissionDenied, machine,
                $"The login on '{machine.Name}' started no shell" + (said.Length > 0 ? $": {said}" : "."),
                $"Its user needs a login shell that runs commands. Try: {Trial(machine)}");
    }

    /// <summary>There was no answer in time.</summary>
    public static PgHaException NoAnswer(PgMachine machine, TimeSpan limit, string error) => Unreachable(
        machine,
        string.Create(CultureInfo.InvariantCulture, $"no shell after {limit.TotalSeconds:0.#} s")
        + (Said(error) is { Length: > 0 } said ? $"; ssh said: {said}" : ""));

    /// <summary>The connection has broken.</summary>
    public static PgHaException Lost(PgMachine machine, string lastWords) => New(
        ErrorIds.MachineUnreachable, PgHaErrorKind.ConnectionFailed, machine,
        $"The ssh connection to '{machine.Name}' broke" + (lastWords.Length > 0 ? $": {lastWords.TrimEnd('.', '\r')}." : "."),
        $"What ran there may have gone on. See whether the machine answers ({Trial(machine)}), and run it again.");

    /// <summary>sudo did not let the login work as a server's user.</summary>
    public static PgHaException SudoRefused(PgMachine machine, string login, string user, string error) => New(
        ErrorIds.SudoRefused, PgHaErrorKind.PermissionDenied, machine,
        $"On '{machine.Name}', {login} may not work as {user} by sudo: {Said(error)}",
        $"Allow it without a password, in a file of /etc/sudoers.d: {login} ALL=({user}) NOPASSWD: /bin/sh");

    /// <summary>The connection does not pass on what comes to a socket.</summary>
    public static PgHaException NotForwarded(PgMachine machine, string socket, string error) => New(
        ErrorIds.LoginRefused, PgHaErrorKind.PermissionDenied, machine,
        $"The login on '{machine.Name}' does not forward '{socket}'" + (Said(error) is { Length: > 0 } said ? $": {said}" : "."),
        "Have its ssh server allow it (AllowStreamLocalForwarding), or let this machine in by TCP (Add-PgHbaRule).");

    /// <summary>ssh itself is not there.</summary>
    public static PgHaException NoClient(PgMachine machine) => New(
        ErrorIds.ProgramNotFound, PgHaErrorKind.NotFound, machine,
        $"'{machine.Name}' is reached by ssh, and there is no such program here.", "Install the OpenSSH client.");

    /// <summary>The last line with something in it, of what programs and banners said.</summary>
    internal static string Said(string text) =>
        text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .LastOrDefault(line => !Noise.Any(noise => line.StartsWith(noise, StringComparison.Ordinal))) ?? "";

    private static PgHaException Unreachable(PgMachine machine, string said) => New(
        ErrorIds.MachineUnreachable, PgHaErrorKind.ConnectionFailed, machine,
        $"'{machine.Name}' cannot be reached by ssh: {said.TrimEnd('.')}.",
        $"See whether it is up and its ssh server answers: {Trial(machine)}");

    private static PgHaException New(string id, PgHaErrorKind kind, PgMachine machine, string message, string advice) =>
        new(id, kind, message, advice, machine.Name);

    private static string Trial(PgMachine machine) => $"{SshArguments.Typed(machine)} true";

    // ssh writes a port other than its own beside the host.
    private static string KnownAs(PgMachine machine) => machine.Port is { } port and not 22
        ? string.Create(CultureInfo.InvariantCulture, $"[{machine.HostName}]:{port}")
        : machine.HostName;

    private static bool Has(string text, params ReadOnlySpan<string> parts)
    {
        foreach (string part in parts)
        {
            if (text.Contains(part, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
