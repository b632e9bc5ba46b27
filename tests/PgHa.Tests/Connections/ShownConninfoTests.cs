namespace PgHa.Tests.Connections;

public sealed class ShownConninfoTests
{
    [Fact]
    public void Values_go_on_until_the_next_keyword()
    {
        ConnectionSettings shown = ShownConninfo.Parse(
            "user=repl passfile=/a b/pass port=5433 options=-c statement_timeout=60s -c geqo=off application_name=my standby "
            + "fallback_application_name=walreceiver sslmode=prefer");
        Assert.Equal("repl", shown.UserName);
        Assert.Equal("/a b/pass", shown.PassFile);
        Assert.Equal(5433, shown.Port);
        Assert.Equal("-c statement_timeout=60s -c geqo=off", shown["options"]);
        Assert.Equal("my standby", shown.ApplicationName);
        Assert.Equal("prefer", shown.SslMode);
    }

    [Fact]
    public void A_blotted_out_password_is_held_and_not_shown() =>
        Assert.Equal("repl", ShownConninfo.Parse("user=repl password=******** host=a").UserName);

    [Fact]
    public void Nothing_is_read_from_nothing() => Assert.Empty(ShownConninfo.Parse("").Keywords);
}
