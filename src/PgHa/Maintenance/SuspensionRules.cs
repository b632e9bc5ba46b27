using System.Globalization;

namespace PgHa;

/// <summary>What has to be true before a standby is taken out of service.</summary>
internal static class SuspensionRules
{
    /// <summary>What stands in the way.</summary>
    /// <param name="place">The standby, as observed just now.</param>
    /// <param name="limits">What the caller accepts.</param>
    public static IReadOnlyList<OperationProblem> Check(StandbyPlace place, SuspensionLimits limits)
    {
        List<OperationProblem> problems = [];
        if (place.Followers.Count > 0 && !limits.AllowCascadeInterruption)
        {
            string followers = string.Join(", ", place.Followers.Select(row => $"{row.ApplicationName} ({row.State ?? "connected"})"));
            problems.Add(new(
                ErrorIds.StandbyHasFollowers, $"It sends WAL to {followers}, which would get none until it is back.",
                "Let them follow another server first (Set-PgUpstream), or accept that with -AllowCascadeInterruption."));
        }

        if (place.IsNeeded && !limits.AllowFewerSyncStandbys)
        {
            problems.Add(new(
                ErrorIds.WouldWeakenSynchronousReplication, Weakening(place),
                $"{Remedy(place)}let commits wait for fewer until it is back with -AllowFewerSyncStandbys."));
        }

        return problems;
    }

    private static string Weakening(StandbyPlace place)
    {
        string able = place.Confirming.Count == 0
            ? "nobody can confirm them"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{place.Confirming.Count} can confirm them ({string.Join(", ", place.Confirming)})");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Commits on {place.Primary!.Server} wait for {place.Names!.Count} of '{place.Names}', and without it {able}.");
    }

    private static string Remedy(StandbyPlace place)
    {
        string[] others =
        [
            .. place.Primary!.Standbys
                .Where(row => row.IsStreaming == true && !place.Names!.Covers(row.ApplicationName))
                .Select(row => row.ApplicationName),
        ];
        return others.Length > 0
            ? $"Name another standby that streams ({string.Join(", ", others)}) with Enable-PgSyncStandby, or "
            : "Bring another of them back first, or ";
    }
}

/// <summary>What the caller accepts while a standby is out of service.</summary>
/// <param name="AllowFewerSyncStandbys">Whether fewer standbys may confirm commits.</param>
/// <param name="AllowCascadeInterruption">Whether the standbys that get their WAL from it may get none.</param>
internal sealed record SuspensionLimits(bool AllowFewerSyncStandbys, bool AllowCascadeInterruption);
