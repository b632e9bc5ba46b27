using PgHa.Engine.Cloning;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Backups;

/// <summary>A backup that can be taken: everything that could prevent it has been checked.</summary>
public sealed class BackupPlan
{
    internal BackupPlan(
        BackupOptions options, IHost host, CloneTarget target, (string Path, ServerDialect Dialect) program, HostCommand command,
        long size)
    {
        Options = options;
        Host = host;
        Program = program;
        Command = command;
        Size = size;
        Target = target;
    }

    /// <summary>What was asked for.</summary>
    public BackupOptions Options { get; }

    internal IHost Host { get; }

    internal (string Path, ServerDialect Dialect) Program { get; }

    internal HostCommand Command { get; }

    internal long Size { get; }

    /// <summary>The directories.</summary>
    internal CloneTarget Target { get; }

    /// <summary>How the copy connects.</summary>
    internal PgInstance Login => Options.Login ?? Options.Source;

    /// <summary>The steps, one per line.</summary>
    public override string ToString()
    {
        string what = Options.Parent is { } parent ? $"the changes since '{parent}'" : ByteSize.Format(Size);
        string form = Options.Format == BackupFormat.Tar
            ? $", as tar{(Options.Compression is { } compression ? $" compressed with {compression}" : "")}"
            : "";
        return string.Join(Environment.NewLine,
        [
            $"Copy {what} from {Options.Source} to '{Target.Incomplete}' with {Program.Path}, as role {Login.UserName}{form}",
            $"Rename it to '{Target.Directory}'",
        ]);
    }
}
