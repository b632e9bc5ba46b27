using System.Runtime.Versioning;
using PgHa.Engine.Machines;
using PgHa.Engine.Machines.Ssh;

namespace PgHa.Engine.Tests.Machines.Ssh;

/// <summary>The contract over ssh, as the login.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SshHostTests : HostContract
{
    protected override IHost CreateHost() =>
        Machine.Of(LoopbackMachine.Shared.Machine()).OperatorAsync(TestContext.Current.CancellationToken).GetAwaiter().GetResult();
}

/// <summary>The contract over ssh, as another user that root becomes.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class OtherUserSshHostTests : HostContract
{
    protected override IHost CreateHost()
    {
        string user = OtherUser.User.Name;
        return Machine.Of(LoopbackMachine.Shared.Machine())
            .HostForDirectoryAsync("/pgha-not-there", user, TestContext.Current.CancellationToken).GetAwaiter().GetResult();
    }
}

/// <summary>The contract over ssh and sudo, which root may always use.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SudoSshHostTests : HostContract
{
    protected override IHost CreateHost()
    {
        string user = OtherUser.User.Name;
        Assert.SkipUnless(File.Exists("/usr/bin/sudo"), "there is no sudo");
        PgMachine machine = LoopbackMachine.Shared.Machine() with { Sudo = true };
        SshLogin login = SshConnection.To(machine).LoginAsync(TestContext.Current.CancellationToken).GetAwaiter().GetResult();
        return new SshMachine(machine, log: null, new LostMachines()).BySudo(login, user);
    }
}
