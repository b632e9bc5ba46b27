namespace PgHa.Provisioning.Sources;

/// <summary>Makes unpacked programs run with the loader and libraries unpacked beside them.</summary>
/// <remarks>
/// Both paths are absolute, so the folder's final name must be known when the programs are patched.
/// The server finds its share directory from its program's own place, so that part needs nothing.
/// </remarks>
internal sealed class BundledLoader(string folder, string final)
{
    private const string Libraries = "usr/lib/x86_64-linux-gnu";
    private const string Loader = Libraries + "/ld-linux-x86-64.so.2";

    private static ReadOnlySpan<byte> ElfMagic => "\u007fELF"u8;

    public async Task PatchAsync(IEnumerable<string> files, CancellationToken cancellationToken)
    {
        string[] programs = [.. files.Where(IsElf)];
        // patchelf comes from the same suite, so it is started through that suite's loader.
        // A forced rpath (not a runpath) applies also to the dependencies of the libraries.
        await ChildProcess.RunForSourceAsync(
            Path.Combine(folder, Loader),
            [
                "--library-path", Path.Combine(folder, Libraries),
                Path.Combine(folder, "usr/bin/patchelf"),
                "--set-interpreter", Path.Combine(final, Loader),
                "--force-rpath", "--set-rpath", Path.Combine(final, Libraries),
                .. programs,
            ],
            TimeSpan.FromMinutes(1), null, cancellationToken);
    }

    private static bool IsElf(string path)
    {
        Span<byte> start = stackalloc byte[4];
        using FileStream file = File.OpenRead(path);
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual(ElfMagic);
    }
}
