namespace PgHa;

/// <summary>An option after the authentication method, such as <c>map=admins</c>.</summary>
/// <param name="Name">The option's name.</param>
/// <param name="Value">Its value.</param>
public sealed record HbaOption(string Name, string Value)
{
    /// <summary>Whether its value is a password.</summary>
    internal bool IsSecret => Name is "ldapbindpasswd" or "radiussecrets";

    /// <summary><c>name=value</c> with a password masked.</summary>
    public override string ToString() => IsSecret ? $"{Name}={Secrets.Mask}" : ToWord();

    /// <summary>The word as the file writes it.</summary>
    internal string ToWord() => HbaToken.QuoteIfNeeded($"{Name}={Value}");
}
