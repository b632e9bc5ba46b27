namespace PgHa;

/// <summary>What starts a server at the next boot of its machine.</summary>
/// <param name="By">What does; <see langword="null"/>: nothing, or it is not known.</param>
/// <param name="IsCertain">Whether it is known.</param>
/// <param name="Reason">Why nothing does, or why it is not known; <see langword="null"/> where something does.</param>
internal sealed record BootStart(string? By, bool IsCertain, string? Reason)
{
    /// <summary>Decides.</summary>
    /// <returns><see langword="null"/>: the server belongs to no service manager, and whatever starts it leaves no trace there.</returns>
    public static BootStart? Decide(OwnerFacts facts)
    {
        if (facts.Service is { } service)
        {
            return service.Start == WindowsServiceStart.Automatic
                ? new BootStart(service.ToString(), IsCertain: true, null)
                : new BootStart(null, IsCertain: true, $"{service} is {service.Start.ToString().ToLowerInvariant()}");
        }

        ServiceUnit? unit = (facts.ProcessUnit is { } running && running.MainPid == facts.ProcessId ? running : null) ?? facts.OwnUnit;
        if (facts is { UsesClusterConfiguration: true, Cluster: { } cluster } && (unit is null || unit.Id == cluster.UnitId))
            return OfCluster(cluster, unit, facts.AllClusters);
        return unit?.IsEnabled switch
        {
            true => new BootStart(unit.ToString(), IsCertain: true, null),
            false => new BootStart(null, IsCertain: true, $"{unit} is {Word(unit)}"),
            _ when unit is not null => new BootStart(null, IsCertain: false, $"{unit} is {unit.UnitFileState}: another unit may start it"),
            _ => null,
        };
    }

    private static BootStart OfCluster(DebianCluster cluster, ServiceUnit? unit, ServiceUnit? allClusters)
    {
        if (unit is { IsLoaded: false } or { UnitFileState: "masked" or "masked-runtime" })
            return new BootStart(null, IsCertain: true, $"{unit} is {Word(unit)}");
        // systemctl enable of the cluster's own unit is enough. Otherwise the unit of all clusters starts those with the word "auto".
        if (unit?.IsEnabled == true)
            return new BootStart(unit.ToString(), IsCertain: true, null);
        if (cluster.StartMode != DebianStartMode.Auto)
        {
            return new BootStart(
                null, IsCertain: true,
                $"'{cluster.ConfigurationDirectory}/{DebianCluster.StartFileName}' says {cluster.StartMode.ToString().ToLowerInvariant()}");
        }

        return allClusters is { IsEnabled: not true }
            ? new BootStart(null, IsCertain: true, $"{allClusters} is {Word(allClusters)}")
            : new BootStart(unit?.ToString() ?? cluster.ToString(), IsCertain: true, null);
    }

    private static string Word(ServiceUnit unit) => unit.UnitFileState.Length > 0 ? unit.UnitFileState : "not there";
}
