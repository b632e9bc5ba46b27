namespace PgHa.Tests;

/// <summary>A file recorded from a real server, embedded in the test assembly.</summary>
internal static class Fixture
{
    public static string Read(string name)
    {
        using Stream stream = typeof(Fixture).Assembly.GetManifestResourceStream(name)
            ?? throw new ArgumentException($"There is no fixture {name}.", nameof(name));
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
