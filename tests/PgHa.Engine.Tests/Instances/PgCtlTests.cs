using PgHa.Engine.Instances.Control;
using PgHa.Engine.Machines.Local;
using PgHa.Engine.Tests.Machines;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Instances;

/// <summary>What is said where <c>pg_ctl</c> itself does not come to an end.</summary>
public sealed class PgCtlTests
{
    [Fact]
    public async Task A_pg_ctl_that_hangs_is_named_and_not_the_script_around_it()
    {
        using var directory = new TestDirectory();
        string program = directory["pg_ctl"];
        await File.WriteAllTextAsync(program, "#!/bin/sh\nexec sleep 60\n", TestCluster.Deadline);
        (await ChildProcess.RunAsync("chmod", ["755", program], TimeSpan.FromSeconds(10))).OrThrow();
        var hanging = new PgCtl(new LocalHost(), program, "/srv/data");

        PgHaException e = await TestCluster.FailsAsync(
            "OperationTimeout", () => hanging.StopAsync(StopMode.Smart, TimeSpan.FromSeconds(1), TestCluster.Deadline));

        Assert.StartsWith($"'{program} stop -W -s -m smart -D /srv/data' on ", e.Message, StringComparison.Ordinal);
        Assert.Contains("-Timeout", e.Advice, StringComparison.Ordinal);
    }
}
