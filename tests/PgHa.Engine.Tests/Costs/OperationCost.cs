namespace PgHa.Engine.Tests.Costs;

/// <summary>What an operation makes its servers and hosts do.</summary>
/// <param name="Connections">Connections opened.</param>
/// <param name="Statements">Batches of statements sent: each is a round trip.</param>
/// <param name="Programs">Programs started on the host.</param>
/// <param name="Files">Files and directories read, written, looked at or listed, each time.</param>
internal readonly record struct OperationCost(int Connections, int Statements, int Programs, int Files)
{
    /// <summary>Whether any of the counts is above its ceiling.</summary>
    public bool Exceeds(OperationCost ceiling) => Connections > ceiling.Connections || Statements > ceiling.Statements
        || Programs > ceiling.Programs || Files > ceiling.Files;

    /// <summary>As the table of ceilings has it.</summary>
    public override string ToString() => $"new({Connections}, {Statements}, {Programs}, {Files})";
}
