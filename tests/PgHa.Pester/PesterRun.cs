using System.Text.Json;

namespace PgHa.Pester;

/// <summary>What <c>Invoke-PesterFile.ps1</c> wrote about one file.</summary>
internal sealed record PesterRun(IReadOnlyList<PesterRun.Test> Tests, IReadOnlyList<string> Problems)
{
    /// <summary>One <c>It</c>.</summary>
    internal sealed record Test(string Name, string Result, int Line, double Seconds, string Complaint);

    public static PesterRun Read(string path) => JsonSerializer.Deserialize<PesterRun>(File.ReadAllText(path))!;
}
