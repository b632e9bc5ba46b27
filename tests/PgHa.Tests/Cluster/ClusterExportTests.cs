namespace PgHa.Tests;

/// <summary>The definition of a cluster that runs.</summary>
public sealed class ClusterExportTests
{
    [Fact]
    public void The_definition_that_a_cluster_was_made_from_comes_back()
    {
        ClusterExport export = ClusterExport.Of(Observations.Good());

        Assert.Empty(export.Warnings);
        Assert.Equal(
            ClusterDefinitionWriter.ToPowerShellData(Observations.Definition), ClusterDefinitionWriter.ToPowerShellData(export.Definition));
        ClusterDefinitionRules.Validate(export.Definition);
    }

    [Fact]
    public void A_setting_of_one_node_is_its_own_and_one_that_follows_from_the_definition_is_none()
    {
        ClusterDefinition definition = ClusterExport.Of(Observations.Good()
            .With("b", member => member.Set("work_mem", "16MB").Set("primary_conninfo", "host=a"))).Definition;

        Assert.Empty(definition.Settings);
        Assert.Equal(["8MB", "16MB", "8MB"], definition.Nodes.Select(node => node.Settings["work_mem"]));
        Assert.All(definition.Nodes, node => Assert.Single(node.Settings));
    }

    [Fact]
    public void What_cannot_be_told_is_a_warning()
    {
        ClusterExport export = ClusterExport.Of(Observations.Good()
            .With("a", member => member.Set("archive_command", "wal-g wal-push %p"))
            .With("b", member => member with { Settings = null })
            .WithStatus("a", status => status with { Slots = [.. status.Slots, Observations.Slot("old")] })
            .With("a", member =>
                member with { Facts = member.Facts! with { Roles = [.. member.Facts.Roles, new("boss", true, false, true, [])] } }));

        Assert.Equal(["a", "c"], export.Definition.Nodes.Select(node => node.Name));
        Assert.Null(export.Definition.Primary.ArchiveDirectory);
        Assert.Equal(4, export.Warnings.Count);
        Assert.All(
            new[] { "wal-g", "b is left out", "'old'", "'boss'" },
            what => Assert.Contains(export.Warnings, warning => warning.Contains(what, StringComparison.Ordinal)));
    }

    [Fact]
    public void Without_a_primary_there_is_no_definition() =>
        Assert.Equal("NoPrimary", Assert.Throws<PgHaException>(
            () => ClusterExport.Of(Observations.Of(Observed.Down("a", 1), Observed.Standby("b", 2, 1)))).ErrorId);
}
