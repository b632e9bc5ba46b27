using System.Text;

namespace PgHa.Engine.Configuration;

/// <summary>Decides which of a server's files gets a setting's new value.</summary>
/// <remarks>
/// PgHa does not change an included file, because several servers may share it, and sets nothing in a <c>postgresql.conf</c> outside the
/// data directory, or one that says that another program writes it, because that program writes the file again.
/// <c>postgresql.auto.conf</c> overrules both.
/// </remarks>
internal sealed class ConfigurationEdit
{
    // The server ignores this setting in postgresql.auto.conf.
    private const string DataDirectory = "data_directory";

    private readonly ServerConfiguration _configuration;
    private readonly bool _isOthers;

    /// <param name="configuration">The files as they are.</param>
    /// <param name="isOutside">Whether the main file is somewhere else than in the data directory.</param>
    /// <param name="evenIfManaged">Whether a file of another program is written into all the same.</param>
    public ConfigurationEdit(ServerConfiguration configuration, bool isOutside, bool evenIfManaged)
    {
        _configuration = configuration;
        _isOthers = isOutside
            || (!evenIfManaged && ConfigurationOwner.Of(Encoding.UTF8.GetString(configuration.Main.File.ToBytes())) is not null);
        Main = configuration.Main.File;
        Auto = configuration.Auto?.File ?? ConfigurationFile.Empty;
    }

    /// <summary><c>postgresql.conf</c> with the changes.</summary>
    public ConfigurationFile Main { get; private set; }

    /// <summary><c>postgresql.auto.conf</c> with the changes.</summary>
    public ConfigurationFile Auto { get; private set; }

    /// <summary>The line that sets a setting and that PgHa does not change; <see langword="null"/> if there is none.</summary>
    public LocatedSetting? KeptLine(string name) =>
        _configuration.Main.Find(name) is { } line && (_isOthers || line.Path != _configuration.Main.Path) ? line : null;

    /// <summary>Gives a setting a value.</summary>
    public void Set(string name, string value)
    {
        bool isForAuto = name != DataDirectory && (_isOthers || Auto.Contains(name) || KeptLine(name) is not null);
        (Main, Auto) = isForAuto ? (Main, Auto.Set(name, value)) : (Main.Set(name, value), Auto);
    }

    /// <summary>Takes a setting out of both files, so that its default holds unless an included file sets it.</summary>
    public void Remove(string name) => (Main, Auto) = (Main.Remove(name), Auto.Remove(name));

    /// <summary>
    /// Makes a setting have no value: it is taken out, or an empty value overrules it where PgHa does not change the line.
    /// </summary>
    public void Clear(string name)
    {
        if (KeptLine(name) is null)
            Remove(name);
        else
            Auto = Auto.Set(name, "");
    }
}
