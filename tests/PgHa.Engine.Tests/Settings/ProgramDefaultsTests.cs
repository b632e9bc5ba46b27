using PgHa.Engine.Machines;
using PgHa.Engine.Settings;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Settings;

public sealed class ProgramDefaultsTests
{
    public static TheoryData<int> Majors => TestCluster.Majors;

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task The_defaults_that_PgHa_knows_are_those_of_the_programs(int major)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync(major);
        IHost host = await HostSelector.ForDirectoryAsync(cluster.Area["node"], null, TestCluster.Deadline);
        ServerDialect dialect = ServerDialect.For(ServerVersion.OfMajor(major));

        IReadOnlyDictionary<string, int> actual = await ProgramDefaults.ReadAsync(
            host, cluster.Installation.BinDirectory, StandbyRequirement.Names, TestCluster.Deadline);

        Assert.Equal(StandbyRequirement.Names.Order(), actual.Keys.Order());
        Assert.All(actual, one => Assert.Equal(StandbyRequirement.DefaultOf(one.Key, dialect), one.Value));
        Assert.Null(StandbyRequirement.DefaultOf(
            "max_connections", ServerDialect.For(ServerVersion.OfMajor(ServerDialect.Newest.Number / 10_000 + 1))));
    }
}
