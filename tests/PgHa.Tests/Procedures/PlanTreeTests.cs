namespace PgHa.Tests.Procedures;

public sealed class PlanTreeTests
{
    [Fact]
    public void Steps_stand_in_their_order_under_their_servers() => Assert.Equal(
        """
        Build of two
          node20
            1. Initialize
            2. Start the server
          node21
            3. Clone node20 (after 2)
            4. Start the server
        """,
        PlanTree.Draw(
            "Build of two",
            [
                new("node20", "Initialize", []), new("node20", "Start the server", [0]), new("node21", "Clone node20", [1]),
                new("node21", "Start the server", [2])
            ]));

    [Fact]
    public void What_waits_for_several_or_for_none_says_so() => Assert.Equal(
        """
        P
          a
            1. one
          b
            2. two (at once)
          a
            3. three (after 1, 2)
        """,
        PlanTree.Draw("P", [new("a", "one", []), new("b", "two", []), new("a", "three", [1, 0])]));

    [Fact]
    public void What_goes_without_saying_is_not_said() => Assert.EndsWith(
        "3. three",
        PlanTree.Draw("P", [new("a", "one", []), new("a", "two", [0]), new("a", "three", [0, 1])]),
        StringComparison.Ordinal);

    [Fact]
    public void Numbers_and_further_lines_of_a_description_are_aligned()
    {
        PlanStep[] steps =
            [.. Enumerable.Range(0, 10).Select(i => new PlanStep("a", i == 9 ? "last\n- x" : "step", i == 0 ? [] : [i - 1]))];
        string[] lines = PlanTree.Draw("P", steps).Split('\n');
        Assert.Equal("     1. step", lines[2]);
        Assert.Equal("    10. last", lines[11]);
        Assert.Equal("        - x", lines[12]);
    }
}
