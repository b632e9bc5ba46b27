using System.Globalization;
using System.Text.RegularExpressions;

namespace PgHa.Engine.Tests.Support;

/// <summary>Gives the copy of a data directory its own name, paths and ports.</summary>
internal static partial class CopiedServer
{
    /// <param name="copy">The copy, with what it shall have.</param>
    /// <param name="replaced">The servers that the files of the copy speak of, each with what stands for it now.</param>
    public static async Task AdoptAsync(PgInstance copy, params IReadOnlyList<(PgInstance From, PgInstance To)> replaced)
    {
        foreach (string file in Directory.EnumerateFiles(copy.DataDirectory!).Where(IsConfiguration))
        {
            string text = await File.ReadAllTextAsync(file, TestCluster.Deadline);
            string adopted = replaced.Aggregate(text, (soFar, server) => Regex.Replace(
                soFar.Replace(server.From.DataDirectory!, server.To.DataDirectory!, StringComparison.Ordinal),
                $@"(?<!\d){Text(server.From.Port)}(?!\d)", Text(server.To.Port)));
            adopted = ClusterName().Replace(adopted, $"cluster_name = '{copy.Name}'");
            // Written in place: the file stays the server user's.
            if (adopted != text)
                await File.WriteAllTextAsync(file, adopted, TestCluster.Deadline);
        }
    }

    private static bool IsConfiguration(string file) =>
        Path.GetExtension(file) is ".conf" or ".opts" or ".pgpass" or ".signal";

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("^cluster_name = .*", RegexOptions.Multiline)]
    private static partial Regex ClusterName();
}
