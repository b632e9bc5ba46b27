using PgHa.Engine.Machines;
using PgHa.Engine.Machines.Local;

namespace PgHa.Engine.Tests.Machines;

public sealed class ProcessListingTests
{
    [Fact]
    public void What_ps_prints_is_read_with_blanks_in_titles() => Assert.Equal(
        [
            new HostProcess(1, 0, "root", "/sbin/launchd"),
            new HostProcess(4242, 4200, "postgres", "postgres: startup recovering 000000010000000000000003"),
        ],
        ProcessListing.Parse(
            "    1     0 root             /sbin/launchd\n 4242  4200 postgres         postgres: startup recovering "
                + "000000010000000000000003\n"));
}
