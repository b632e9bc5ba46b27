using System.Text;
using PgHa.Security;

namespace PgHa.Tests.Security;

public sealed class ScramVerifierTests
{
    [Fact]
    public void The_verifier_of_RFC_7677s_example_gives_its_server_signature_key()
    {
        // RFC 7677, section 3: user "user", password "pencil".
        string verifier = ScramVerifier.Create("pencil", Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096);

        Assert.Equal(
            "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$"
            + "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
            verifier);
    }

    [Fact]
    public void Each_verifier_has_a_salt_of_its_own() =>
        Assert.NotEqual(ScramVerifier.Create("secret"), ScramVerifier.Create("secret"));

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData("a\tb", "a\tb")] // ASCII is never looked at
    [InlineData("\u00AD", "\u00AD")] // nothing would remain: used as it is
    [InlineData("\u0007\u00e9", "\u0007\u00e9")] // a prohibited control character: used as it is
    [InlineData("\U0001F600", "\U0001F600")] // not in Unicode 3.2: used as it is
    [InlineData("\u06271", "\u06271")] // right-to-left that does not end so: used as it is
    public void Passwords_are_prepared_as_the_server_does(string password, string prepared) =>
        Assert.Equal(Encoding.UTF8.GetBytes(prepared), SaslPrep.Prepare(password));

    [Theory]
    [InlineData("a\u00A0b", "a b")] // a space that is not ASCII's
    [InlineData("I\u00ADX\u00e9", "IX\u00e9")] // a soft hyphen is mapped to nothing
    [InlineData("\uFB01", "fi")] // a ligature
    public void Passwords_are_normalised_where_dotnet_can(string password, string prepared)
    {
        if ("\uFB01".Normalize(NormalizationForm.FormKC) == "fi")
            Assert.Equal(Encoding.UTF8.GetBytes(prepared), SaslPrep.Prepare(password));
        else
            Assert.Equal("UnicodeNormalizationMissing", Assert.Throws<PgHaException>(() => SaslPrep.Prepare(password)).ErrorId);
    }

    [Fact]
    public void An_old_server_gets_a_hash_of_password_and_role() =>
        Assert.Equal("md5" + "3175bce1d3201d16594cebf9d7eb3f9d", Md5Verifier.Create("postgres", "postgres"));
}
