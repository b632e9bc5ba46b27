using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace PgHa.Commands;

/// <summary>
/// The type data with which PowerShell restores PgHa's objects when they come from a job, another session or a file.
/// </summary>
/// <remarks>
/// PowerShell calls <see cref="OnImport"/> when it imports the module. A types file in the manifest would be read before the types are
/// loaded, and would slow the import down more.
/// </remarks>
public sealed class ReceivedTypes : IModuleAssemblyInitializer
{
    // By its class: by its name the cmdlet would cost the import of PowerShell's Utility module.
    private const string UpdateTypeData = "Microsoft.PowerShell.Commands.UpdateTypeDataCommand, Microsoft.PowerShell.Commands.Utility";

    // The list in an object is one level, and its elements are the next. Each of PgHa's objects has a depth of its own.
    private const uint Depth = 2;

    /// <summary>The types of the values and objects that commands emit, at any depth.</summary>
    public static TypeData[] All =>
    [
        .. Values.Select(Received), .. Values.Where(type => !type.IsEnum).Select(Converted),
        .. Objects.SelectMany(type => new[] { Received(type), Sent(type) }),
    ];

    /// <summary>
    /// The types that PowerShell makes again by itself. A value that came before the module was imported takes the converter.
    /// </summary>
    internal static IReadOnlyList<Type> Values { get; } =
    [
        typeof(ArchiveFindingCause), typeof(ArchiveKeeperKind), typeof(ArchiveMode), typeof(BackupFindingCause), typeof(BackupFormat),
        typeof(CommitLevel), typeof(DriftKind), typeof(FindingSeverity), typeof(HbaAddressKind), typeof(HbaConnectionType),
        typeof(HbaMethod), typeof(HbaNameKind), typeof(LogSeverity), typeof(Lsn), typeof(ManagementCertainty), typeof(MemberState),
        typeof(NodeKind), typeof(ReplicationFindingCause), typeof(ReplicationSlotType), typeof(RestoredServerState), typeof(ServerManager),
        typeof(ServerRole), typeof(ServerState), typeof(SettingType), typeof(SignMeaning), typeof(SignPlace), typeof(SlotUse),
        typeof(SlotWalStatus), typeof(StandbyWalState), typeof(SyncMethod), typeof(SyncState), typeof(SystemIdentifier), typeof(TimelineId),
        typeof(WalFindingCause), typeof(WalKeeperKind), typeof(WalSegmentSize),
    ];

    /// <summary>The types that <see cref="ReceivedObjectConverter"/> makes again.</summary>
    internal static IReadOnlyList<Type> Objects { get; } =
    [
        typeof(ArchiveBacklog), typeof(ArchiveClearance), typeof(ArchiveFinding), typeof(ArchiveKeeper), typeof(ArchiveStatus),
        typeof(BackupFinding), typeof(Checkpoint), typeof(ClusterDefinition), typeof(ClusterDrift), typeof(ClusterFinding), typeof(HbaRule),
        typeof(LagDistribution), typeof(LogicalChange), typeof(MachineProgram), typeof(MachineReport), typeof(MachineServer),
        typeof(ManagementSign), typeof(NodeDefinition), typeof(PgBaseBackup), typeof(PgCluster), typeof(PgClusterMember), typeof(PgHbaRule),
        typeof(PgInstance), typeof(PgMachine), typeof(PgSetting), typeof(ReceiverStatus), typeof(RecoveryConfiguration),
        typeof(ReplicationFinding), typeof(ReplicationLag), typeof(ReplicationOrigin), typeof(ReplicationRole), typeof(ReplicationSlot),
        typeof(ReplicationSnapshot), typeof(ReplicationStatus), typeof(RestoredInstance), typeof(RoleDefinition), typeof(ServerLogEntry),
        typeof(ServerManagement), typeof(ServerProcess), typeof(ServerTimeline), typeof(ServerVersion), typeof(SlotDefinition),
        typeof(StandbyStatus), typeof(StandbyWal), typeof(SuspendedNode), typeof(SynchronousReplicationStatus),
        typeof(SynchronousStandbyNames), typeof(SystemIdentity), typeof(TimelineHistory), typeof(TimelineSwitch), typeof(WalFinding),
        typeof(WalFiles), typeof(WalKeeper), typeof(WalRetention), typeof(WalSwitch),
    ];

    /// <summary>Gives PowerShell the type data.</summary>
    public void OnImport()
    {
        using var shell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand(new CmdletInfo("Update-TypeData", Type.GetType(UpdateTypeData, throwOnError: true)))
            .AddParameter("TypeData", All).AddParameter("Force").Invoke();
        if (shell.Streams.Error is [{ } error, ..])
            throw error.Exception;
    }

    private static TypeData Received(Type type) => new($"Deserialized.{type.FullName}") { TargetTypeForDeserialization = type };

    private static TypeData Converted(Type type) => new(type) { TypeConverter = typeof(ReceivedObjectConverter) };

    private static TypeData Sent(Type type) => new(type) { TypeConverter = typeof(ReceivedObjectConverter), SerializationDepth = Depth };
}
