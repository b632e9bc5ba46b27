namespace PgHa.Laboratory.Tests;

/// <summary>The laboratory itself: a test of a command is worth what the hosts are worth that it ran on.</summary>
public class LaboratoryTests
{
    private const string H1 = "10.86.0.1";
    private const string H2 = "10.86.0.2";

    [Fact]
    public async Task Hosts_boot_by_systemd_and_the_operator_reaches_them_by_ssh()
    {
        await using Laboratory laboratory = await Laboratory.RaiseAsync(2);

        foreach (string host in (string[])["h1", "h2"])
        {
            Assert.Equal("running", await laboratory.RunAsync(host, "systemctl", "is-system-running"));
            Assert.Equal("systemd", await laboratory.RunAsync(host, "cat", "/proc/1/comm"));
            Assert.Equal(host, await laboratory.RunAsync("op", "ssh", host, "hostname"));
        }

        Assert.Equal("h1 10.86.0.1 up\nh2 10.86.0.2 up", await laboratory.LabAsync("status"));
        Assert.Contains(H2, await laboratory.RunAsync("h1", "getent", "hosts", "h2"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cut_between_two_hosts_loses_both_ways_and_spares_the_others()
    {
        await using Laboratory laboratory = await Laboratory.RaiseAsync(2);
        Assert.True(await ReachesAsync(laboratory, "h1", H2));

        await laboratory.LabAsync("cut", "h1", "h2");
        Assert.False(await ReachesAsync(laboratory, "h1", H2));
        Assert.False(await ReachesAsync(laboratory, "h2", H1));
        Assert.True(await ReachesAsync(laboratory, "op", H1));

        await laboratory.LabAsync("heal", "h1", "h2");
        Assert.True(await ReachesAsync(laboratory, "h1", H2));

        await laboratory.LabAsync("cut", "h1");
        Assert.False(await ReachesAsync(laboratory, "op", H1));
        Assert.True(await ReachesAsync(laboratory, "op", H2));
        await laboratory.LabAsync("heal", "h1");
        Assert.True(await ReachesAsync(laboratory, "op", H1));
    }

    [Fact]
    public async Task A_cut_one_way_loses_what_one_sends_while_the_other_is_heard()
    {
        await using Laboratory laboratory = await Laboratory.RaiseAsync(2);
        await laboratory.LabAsync("cut", "--one-way", "h1", "h2");

        // The first packet of h2 arrives at h1, whose answer is lost; of h1 not even the first one arrives.
        Assert.False(await ReachesAsync(laboratory, "h2", H1));
        Assert.Contains(H2, await HalfOpenAsync(laboratory, "h1"), StringComparison.Ordinal);
        Assert.False(await ReachesAsync(laboratory, "h1", H2));
        Assert.Equal("", await HalfOpenAsync(laboratory, "h2"));
    }

    [Fact]
    public async Task A_Debian_cluster_comes_back_after_a_reboot_and_after_a_crash()
    {
        await using Laboratory laboratory = await Laboratory.RaiseAsync(1);
        var host = new DebianHost(laboratory, "h1");
        await host.CreateAsync("a");
        await host.SqlAsync("a", "CREATE TABLE kept AS SELECT 1 AS one");

        await laboratory.LabAsync("reboot", "h1");
        await host.AssertRunsAsDebianHasItAsync("a");

        await laboratory.LabAsync("crash", "h1");
        Assert.Equal("h1 10.86.0.1 off", await laboratory.LabAsync("status"));
        await laboratory.LabAsync("boot", "h1");
        await host.AssertRunsAsDebianHasItAsync("a");
        Assert.Equal("1", await host.SqlAsync("a", "SELECT one FROM kept"));
    }

    [Fact]
    public async Task A_disk_is_full_until_it_is_freed()
    {
        await using Laboratory laboratory = await Laboratory.RaiseAsync(1);
        string[] write = ["dd", "if=/dev/zero", "of=/var/lib/postgresql/file", "bs=64k", "count=1"];

        await laboratory.LabAsync("fill", "h1");
        ProcessResult refused = await laboratory.TryRunAsync("h1", write);
        Assert.Contains("No space left on device", refused.Error, StringComparison.Ordinal);

        await laboratory.LabAsync("free", "h1");
        await laboratory.RunAsync("h1", write);
    }

    private static async Task<bool> ReachesAsync(Laboratory laboratory, string from, string address) =>
        (await laboratory.TryRunAsync(from, "timeout", "2", "bash", "-c", $"exec 3<>/dev/tcp/{address}/22 && read -r <&3")).ExitCode == 0;

    // Connections whose first packet has arrived and whose last has not.
    private static Task<string> HalfOpenAsync(Laboratory laboratory, string host) =>
        laboratory.RunAsync(host, "ss", "--no-header", "--tcp", "--numeric", "state", "syn-recv");
}
