namespace PgHa.Tests.Servers;

/// <summary>Which directories are mount points.</summary>
public class MountPointsTests
{
    [Fact]
    public void Names_are_read_with_what_is_escaped_in_them() => Assert.Equal(
        ["/", "/srv/my data", "/srv/ü\\x"],
        MountPoints.Parse("""
            22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/root rw
            35 22 0:31 / /srv/my\040data rw - tmpfs pgha-test rw,size=65536k
            36 22 0:32 /sub /srv/ü\134x rw - ext4 /dev/sdb rw

            """).Order(StringComparer.Ordinal));

    [Fact]
    public void An_empty_table_has_none() => Assert.Empty(MountPoints.Parse(""));
}
