namespace PgHa;

/// <summary>Makes a definition from its written form, or lists everything that is wrong with it.</summary>
internal static class ClusterDefinitionReader
{
    // JSON editors find the schema by this key.
    private const string SchemaKey = "$schema";

    /// <summary>The definition.</summary>
    /// <param name="written">What was written.</param>
    /// <param name="directory">The absolute directory that relative paths are in, unless <c>Root</c> says otherwise.</param>
    /// <param name="source">The file, for the message.</param>
    /// <exception cref="PgHaException"><c>InvalidClusterDefinition</c>: the message lists all problems, each with its place.</exception>
    public static ClusterDefinition Read(DefinitionValue written, string directory, string? source = null)
    {
        (ClusterDefinition definition, IReadOnlyList<DefinitionProblem> problems) = TryRead(written, directory);
        return problems.Count == 0 ? definition : throw InvalidDefinition.Of(source, problems);
    }

    /// <summary>The definition as far as it can be read, and all problems.</summary>
    public static (ClusterDefinition Definition, IReadOnlyList<DefinitionProblem> Problems) TryRead(
        DefinitionValue written, string directory)
    {
        written = SerializedDefinition.AsWritten(written);
        DefinitionReadings readings = new();
        readings.Locate("", written.Line);
        DefinitionTableReader table = new(written, "", readings);
        if (written is not DefinitionTable)
            return (new ClusterDefinition { Name = "", Nodes = [] }, readings.With([]));

        DefinitionPaths paths = new(directory);
        paths = new DefinitionPaths(table.Value("Root", directory, directory, paths.Absolute));
        ClusterDefinition definition = Cluster(table, paths);
        table.Text(SchemaKey);
        table.RefuseOthers();
        return (definition, readings.With(ClusterDefinitionRules.Check(definition)));
    }

    private static ClusterDefinition Cluster(DefinitionTableReader table, DefinitionPaths paths) =>
        new()
        {
            Name = table.Required(nameof(ClusterDefinition.Name)),
            Version = table.Value(nameof(ClusterDefinition.Version), null, null, DefinitionScalars.Version),
            BinDirectory = table.Value<string?>(nameof(ClusterDefinition.BinDirectory), null, null, paths.Absolute),
            ReplicationRole = table.Text(nameof(ClusterDefinition.ReplicationRole)) ?? ClusterDefinition.DefaultReplicationRole,
            Roles = table.Items(nameof(ClusterDefinition.Roles)).Select(item => Role(table, item.Value, item.Place)).ToArray(),
            SynchronousStandbyNames = table.Value(
                nameof(ClusterDefinition.SynchronousStandbyNames), null, null, DefinitionScalars.StandbyNames),
            SynchronousCommit = table.Value(nameof(ClusterDefinition.SynchronousCommit), null, null, DefinitionScalars.Level),
            Settings = table.Dictionary(nameof(ClusterDefinition.Settings), SettingText.Of),
            Hba = table.List(nameof(ClusterDefinition.Hba), DefinitionScalars.Rule),
            Nodes = NodeDefinitionReader.ReadAll(table, paths),
        };

    private static RoleDefinition Role(DefinitionTableReader cluster, DefinitionValue value, string place)
    {
        // A name alone is a role too.
        DefinitionEntry name = new(nameof(RoleDefinition.Name), value, value.Line);
        DefinitionTableReader table = cluster.Table(value is DefinitionScalar ? new DefinitionTable([name], value.Line) : value, place);
        RoleDefinition role = new()
        {
            Name = table.Required(nameof(RoleDefinition.Name)),
            MemberOf = table.List(nameof(RoleDefinition.MemberOf), DefinitionScalars.Text),
        };
        table.RefuseOthers(new Dictionary<string, string>
        {
            ["Password"] = "a definition holds no password; give it to the command that makes the role",
        });
        return role;
    }
}
