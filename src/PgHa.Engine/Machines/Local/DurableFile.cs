namespace PgHa.Engine.Machines.Local;

/// <summary>Replacing a file so that a crash leaves either all of the old content or all of the new.</summary>
internal static class DurableFile
{
    private const UnixFileMode NewFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes a temporary file beside the target, fsyncs it, renames it over the target and fsyncs the directory.</summary>
    public static async Task WriteAsync(
        string path, ReadOnlyMemory<byte> content, UnixFileMode? mode, CancellationToken cancellationToken)
    {
        // postgresql.conf may be a symbolic link to a file in /etc. A rename over the link would leave that file unchanged.
        string target = LocalDirectory.LinkTarget(path);
        string directory = Path.GetDirectoryName(target)!;
        string temporary = Path.Combine(directory, TemporaryName());
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            // The temporary file never has a wider mode than the final one: it may be a password file.
            options.UnixCreateMode = NewFileMode;
            mode ??= File.Exists(target) ? File.GetUnixFileMode(target) : null;
        }

        try
        {
            var stream = new FileStream(temporary, options);
            await using (stream.ConfigureAwait(false))
            {
                await stream.WriteAsync(content, cancellationToken).ConfigureAwait(false);
                if (mode is { } wanted && !OperatingSystem.IsWindows())
                    File.SetUnixFileMode(stream.SafeFileHandle, wanted);
                stream.Flush(flushToDisk: true);
            }

            cancellationToken.ThrowIfCancellationRequested();
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        SynchronizeDirectory(directory);
    }

    /// <summary>A name no other writer uses at the same time.</summary>
    public static string TemporaryName() => $".pgha-{Guid.NewGuid():N}.tmp";

    /// <summary>Makes renames in a directory durable. Windows has no such call and needs none.</summary>
    public static void SynchronizeDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
            return;
        int descriptor = Libc.Open(directory, Libc.ReadOnly);
        // A directory that this user may write but not read cannot be opened, so it cannot be synced.
        if (descriptor < 0)
            return;
        try
        {
            if (Libc.Synchronize(descriptor) != 0)
                throw new IOException($"fsync of '{directory}': {Libc.LastError}");
        }
        finally
        {
            _ = Libc.Close(descriptor);
        }
    }
}
