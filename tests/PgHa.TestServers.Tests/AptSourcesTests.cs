using PgHa.Provisioning.Sources;

namespace PgHa.TestServers.Tests;

public class AptSourcesTests
{
    [Fact]
    public void A_stanza_keeps_everything_but_its_suites_and_types()
    {
        const string Stanzas = """
            # the main archive
            Types: deb deb-src
            URIs: mirror+file:/etc/apt/mirrors
            Suites: bookworm bookworm-updates bookworm-backports
            Components: main
            Signed-By:
             -----BEGIN PGP PUBLIC KEY BLOCK-----
             .
             mQINBF

            Types: deb
            URIs: mirror+file:/etc/apt/mirrors-security
            Suites: bookworm-security
            Components: main

            Types: deb
            URIs: mirror+file:/etc/apt/somebody-else
            Suites: stable
            Components: main
            """;

        string derived = AptSources.FromStanzas(Stanzas, "bookworm", "trixie");

        Assert.Equal(
            """
            # the main archive
            Types: deb
            URIs: mirror+file:/etc/apt/mirrors
            Suites: trixie
            Components: main
            Signed-By:
             -----BEGIN PGP PUBLIC KEY BLOCK-----
             .
             mQINBF

            Types: deb
            URIs: mirror+file:/etc/apt/mirrors-security
            Suites: trixie-security
            Components: main
            """,
            derived);
    }

    [Fact]
    public void A_line_keeps_everything_but_its_suite()
    {
        string[] lines =
        [
            "# deb mirror:/etc/apt/m bookworm main",
            "deb [arch=amd64 signed-by=/usr/share/keyrings/k.gpg] mirror+file:/etc/apt/m bookworm main contrib",
            "deb mirror+file:/etc/apt/m bookworm-updates main",
            "deb mirror+file:/etc/apt/s bookworm-security main",
            "deb-src mirror+file:/etc/apt/m bookworm main",
            "deb mirror+file:/etc/apt/other bookworm-pgdg main",
        ];

        Assert.Equal(
            "deb [arch=amd64 signed-by=/usr/share/keyrings/k.gpg] mirror+file:/etc/apt/m forky main contrib\n"
            + "deb mirror+file:/etc/apt/s forky-security main\n",
            AptSources.FromLines(lines, "bookworm", "forky"));
    }
}
