using PgHa.Engine.Machines;

namespace PgHa.Engine.Tests.Machines;

public sealed class LostMachinesTests
{
    private static readonly PgMachine Machine = PgMachine.Parse("db1");

    [Theory]
    [InlineData("MachineUnreachable", 1)]
    [InlineData("LoginRefused", 2)]
    public async Task A_call_waits_once_for_a_machine_that_does_not_answer(string failure, int attempts)
    {
        var lost = new LostMachines();
        int made = 0;
        Task<int> LogInAsync()
        {
            made++;
            throw new PgHaException(failure, PgHaErrorKind.ConnectionFailed, "db1 does not answer.", "See whether it is up.", "db1");
        }

        PgHaException first = await Assert.ThrowsAsync<PgHaException>(() => lost.LogInAsync(Machine, LogInAsync));
        PgHaException second = await Assert.ThrowsAsync<PgHaException>(() => lost.LogInAsync(Machine, LogInAsync));

        Assert.Equal(attempts, made);
        Assert.Equal(
            (first.ErrorId, first.Message, first.Advice, first.Server), (second.ErrorId, second.Message, second.Advice, second.Server));
        Assert.Equal(5, await lost.LogInAsync(PgMachine.Parse("db2"), () => Task.FromResult(5)));
    }
}
