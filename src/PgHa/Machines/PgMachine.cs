using System.Collections.Immutable;

namespace PgHa;

/// <summary>A machine that servers run on: this one, or one that PgHa reaches by ssh.</summary>
/// <remarks>
/// It is a value: immutable, comparable, and <see cref="Address"/> holds all of it as one text, so that it survives JSON and CliXml.
/// It says how to reach the machine and holds no secret. Everything it leaves out is what the user's own ssh configuration says. See
/// <see href="https://man.openbsd.org/ssh_config">ssh_config(5)</see>.
/// </remarks>
public sealed record PgMachine
{
    /// <summary>The host name of this machine, as in <c>-ComputerName .</c>.</summary>
    private const string ThisHostName = ".";

    private readonly string? _name;
    private readonly string _hostName = ThisHostName;
    private readonly string? _userName;
    private readonly int? _port;
    private readonly string? _keyFilePath;
    private readonly ImmutableSortedDictionary<string, string> _options = MachineOptions.None;

    /// <summary>This machine.</summary>
    public PgMachine()
    {
    }

    /// <summary>The machine a text stands for; PowerShell converts a string by this.</summary>
    /// <param name="text">What <see cref="Parse"/> reads.</param>
    /// <exception cref="MalformedTextException">The text has none of the forms; the message lists them.</exception>
    public PgMachine(string text)
        : this(Parse(text))
    {
    }

    /// <summary>The machine that PgHa runs on.</summary>
    public static PgMachine This { get; } = new();

    /// <summary>What messages and views call the machine; its host name unless another name was given.</summary>
    public string Name
    {
        get => _name ?? (IsThisMachine ? "this machine" : HostName);
        init => _name = string.IsNullOrEmpty(value) ? null : value;
    }

    /// <summary>The host name, address or alias that ssh is given; <c>.</c> for this machine.</summary>
    /// <exception cref="MalformedTextException">It cannot be a host name.</exception>
    public string HostName
    {
        get => _hostName;
        init => _hostName = MachineText.CheckedHostName(value);
    }

    /// <summary>The user to log in as; <see langword="null"/> for the one of ssh's configuration.</summary>
    /// <exception cref="MalformedTextException">It cannot be a user name.</exception>
    public string? UserName
    {
        get => _userName;
        init => _userName = MachineText.CheckedUserName(value);
    }

    /// <summary>The port of the ssh server; <see langword="null"/> for the one of ssh's configuration.</summary>
    /// <exception cref="MalformedTextException">It is not between 1 and 65535.</exception>
    public int? Port
    {
        get => _port;
        init => _port = MachineText.CheckedPort(value);
    }

    /// <summary>The file of the private key; <see langword="null"/> for the agent and the keys of ssh's configuration.</summary>
    /// <exception cref="MalformedTextException">It cannot be a file's name.</exception>
    public string? KeyFilePath
    {
        get => _keyFilePath;
        init => _keyFilePath = MachineText.CheckedLine("path of a key", value);
    }

    /// <summary>Whether to work as a server's user by <c>sudo -n -u</c>, where the login is another user than the server's.</summary>
    public bool Sudo { get; init; }

    /// <summary>Further options of ssh by their names in ssh_config, such as <c>ProxyJump</c>.</summary>
    /// <exception cref="MalformedTextException">A name or value that ssh cannot have, or an option that PgHa sets itself.</exception>
    public IReadOnlyDictionary<string, string> Options
    {
        get => _options;
        init => _options = MachineOptions.Checked(value);
    }

    /// <summary>Whether it is the machine that PgHa runs on, which is reached without ssh.</summary>
    public bool IsThisMachine => HostName == ThisHostName;

    /// <summary>All of it as one text that <see cref="Parse"/> reads: <c>.</c>, or <c>ssh://admin@db1:2222?sudo=true</c>.</summary>
    public string Address => IsThisMachine ? ThisHostName : MachineText.Write(this, _name == HostName ? null : _name);

    /// <summary>
    /// Reads <c>.</c> or <c>localhost</c> (this machine), <c>host</c>, <c>user@host</c>, <c>user@host:port</c>, or an address such as
    /// <c>ssh://user@host:port?sudo=true&amp;key=/home/me/.ssh/db&amp;name=db1&amp;ProxyJump=bastion</c>.
    /// </summary>
    /// <exception cref="MalformedTextException">The text has none of the forms; the message lists them.</exception>
    public static PgMachine Parse(string text) => MachineText.Read(text);

    /// <summary>Whether it is the same machine, reached the same way and with the same name.</summary>
    public bool Equals(PgMachine? other) => other is not null && Address == other.Address;

    /// <inheritdoc/>
    public override int GetHashCode() => Address.GetHashCode(StringComparison.Ordinal);

    /// <summary>The <see cref="Address"/>.</summary>
    public override string ToString() => Address;
}
