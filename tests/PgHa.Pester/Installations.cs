using System.Text.Json;
using PgHa.TestServers;

namespace PgHa.Pester;

/// <summary>The run's PostgreSQL majors, as the JSON that <c>PgHaTest.psm1</c> reads.</summary>
internal static class Installations
{
    public static async Task<string> DescribeAsync()
    {
        var majors = new List<object>();
        foreach (int major in PostgresInstallations.RequiredMajors)
        {
            try
            {
                PostgresInstallation installation = await PostgresInstallations.GetAsync(major);
                PostgresInstallation tools = await PostgresInstallations.ToolsForAsync(major);
                majors.Add(new
                {
                    Major = major,
                    IsOfEra = PostgresInstallations.OneOfEachEra.Contains(major),
                    IsOfScenarios = PostgresInstallations.ScenariosOfEachEra.Contains(major),
                    installation.BinDirectory,
                    installation.HasOwnTools,
                    ToolsDirectory = tools.BinDirectory,
                });
            }
            catch (PostgresUnavailableException e) when (!TestEnvironment.IsCi)
            {
                majors.Add(new { Major = major, Unavailable = e.Reason });
            }
        }

        return JsonSerializer.Serialize(majors);
    }
}
