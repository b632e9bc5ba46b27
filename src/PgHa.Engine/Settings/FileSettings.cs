using System.Text.RegularExpressions;
using PgHa.Engine.Configuration;
using PgHa.Engine.Instances;
using PgHa.Engine.Machines;
using PgHa.Engine.Programs;

namespace PgHa.Engine.Settings;

/// <summary>The settings in the files of a server that does not answer SQL.</summary>
internal sealed partial class FileSettings
{
    private readonly EngineContext _context;
    private readonly IHost _host;
    private readonly PgInstance _server;
    private readonly bool _hasProcess;
    private readonly ServerConfiguration _configuration;
    private readonly bool _isOutside;

    private FileSettings(
        EngineContext context, IHost host, PgInstance server, bool hasProcess, ServerConfiguration configuration, bool isOutside)
    {
        _context = context;
        _host = host;
        _server = server;
        _hasProcess = hasProcess;
        _configuration = configuration;
        _isOutside = isOutside;
    }

    /// <summary>Reads the files.</summary>
    public static async Task<FileSettings> OpenAsync(
        EngineContext context, IHost host, PgInstance server, bool hasProcess, CancellationToken cancellationToken)
    {
        string directory = server.DataDirectory!;
        string[] files = [PostmasterOptions.FileName, ServerConfiguration.MainFileName, ServerConfiguration.AutoFileName];
        Task<IHost> ahead = host.ReadAheadAsync([.. files.Select(name => HostPath.Combine(directory, name))], cancellationToken);
        IReadOnlyList<string> names = await host.ListAsync(directory, cancellationToken).ConfigureAwait(false) ?? [];
        IHost read = await ahead.ConfigureAwait(false);
        string mainPath = await ConfigurationLocation.FindAsync(read, directory, names, cancellationToken).ConfigureAwait(false);
        return new FileSettings(
            context, host, server, hasProcess,
            await ServerConfiguration.LoadAsync(read, directory, mainPath, cancellationToken).ConfigureAwait(false),
            await ConfigurationLocation.IsOutsideAsync(read, mainPath, directory, cancellationToken).ConfigureAwait(false));
    }

    private string AutoPath => HostPath.Combine(_server.DataDirectory!, ServerConfiguration.AutoFileName);

    /// <summary>The settings that the files set, and those asked for by name.</summary>
    public async Task<IReadOnlyList<PgSetting>> GetAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        List<PgSetting> settings = [.. _configuration.Effective.Select(Setting)];
        foreach (string name in names.Where(
            name => !settings.Any(setting => setting.Name.Equals(name, StringComparison.OrdinalIgnoreCase))).ToList())
        {
            CommandResult result = await PostgresAsync(["-C", name], cancellationToken).ConfigureAwait(false);
            if (!result.Succeeded)
                throw await FailureAsync(result, cancellationToken).ConfigureAwait(false);
            settings.Add(new PgSetting
            {
                Server = _server,
                Name = SettingName.Canonical(name),
                Value = result.Output.TrimEnd('\n', '\r'),
                Source = "default",
            });
        }

        return [.. settings.OrderBy(setting => setting.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Changes settings; see <see cref="SettingStore.SetAsync"/>.</summary>
    public async Task<IReadOnlyList<PgSetting>> SetAsync(
        IReadOnlyDictionary<string, string?> values, bool areProven, ConfirmChange confirm, CancellationToken cancellationToken)
    {
        (FileEdits edits, ServerConfiguration after) = Plan(values);
        if (edits.IsEmpty)
        {
            _context.Log.Step($"{_server}: {string.Join(", ", values.Keys)}: nothing to change");
            return [];
        }

        edits.RequireOwn(_context, _server);
        if (!await confirm(edits.Diff).ConfigureAwait(false))
            return [];
        _context.Log.Step($"{_server}: changing {string.Join(", ", values.Keys)} in its files");
        await edits.ApplyAsync(cancellationToken).ConfigureAwait(false);
        if (!areProven)
            await ValidateAsync(edits).ConfigureAwait(false);
        if (_hasProcess)
        {
            await new InstanceControl(_context).ReloadAsync(_server, cancellationToken).ConfigureAwait(false);
            _context.Log.Warn($"{_server} answers no SQL: it cannot be told which of {string.Join(", ", values.Keys)} wait for a restart.");
        }

        return
        [
            .. after.Effective
                .Where(setting => values.Keys.Contains(setting.Entry.Name, StringComparer.OrdinalIgnoreCase))
                .Select(Setting),
        ];
    }

    /// <summary>The edits that would take settings out of <c>postgresql.conf</c> of a server that runs.</summary>
    public FileEdits PlanMainReset(IEnumerable<string> names)
    {
        var edits = new FileEdits(_host);
        ConfigurationFile main = names.Aggregate(_configuration.Main.File, (file, name) => file.Remove(name));
        edits.Add(_configuration.Main.Path, _configuration.Main.File.ToBytes(), main.ToBytes());
        edits.RequireOwn(_context, _server);
        return edits;
    }

    private (FileEdits Edits, ServerConfiguration After) Plan(IReadOnlyDictionary<string, string?> values)
    {
        var edit = new ConfigurationEdit(_configuration, _isOutside, _context.EvenIfManaged);
        foreach ((string name, string? value) in values)
        {
            if (value is not null)
            {
                edit.Set(name, value);
                continue;
            }

            edit.Remove(name);
            WarnOfInclude(name);
        }

        var edits = new FileEdits(_host);
        edits.Add(_configuration.Main.Path, _configuration.Main.File.ToBytes(), edit.Main.ToBytes());
        if (_configuration.Auto is not null || edit.Auto.Entries.Count > 0)
            edits.Add(AutoPath, _configuration.Auto?.File.ToBytes(), edit.Auto.ToBytes());
        ConfigurationSource main = _configuration.Main with { File = edit.Main };
        return (edits, new ServerConfiguration(main, new ConfigurationSource(AutoPath, edit.Auto)));
    }

    private void WarnOfInclude(string name)
    {
        if (_configuration.Main.Find(name) is { } setting && setting.Path != _configuration.Main.Path)
        {
            _context.Log.Warn($"{_server}: {name} stays {setting.Entry.Value}, because {setting} sets it, "
                + "and PgHa does not change included files.");
        }
    }

    // The server's own program reads and checks the files as the server would, whichever setting is asked for.
    private async Task ValidateAsync(FileEdits edits)
    {
        CommandResult result;
        try
        {
            result = await PostgresAsync(["-C", "data_directory"], CancellationToken.None).ConfigureAwait(false);
        }
        catch
        {
            await edits.UndoAsync().ConfigureAwait(false);
            throw;
        }

        if (result.Succeeded)
            return;
        await edits.UndoAsync().ConfigureAwait(false);
        throw await FailureAsync(result, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task<PgHaException> FailureAsync(CommandResult result, CancellationToken cancellationToken)
    {
        string said = string.Join(
            ". ",
            LogMessage().Matches(result.Error)
                .Select(match => match.Groups["text"].Value.Trim())
                .Where(text => !text.Contains("contains errors", StringComparison.Ordinal)));
        return Unrecognized().Match(said) is { Success: true } match
            ? SettingErrors.NotFound(_server, match.Groups["name"].Value, await NamesAsync(cancellationToken).ConfigureAwait(false))
            : SettingErrors.Invalid(_server, said.Length > 0 ? said : result.Error.Trim());
    }

    private async Task<IEnumerable<string>> NamesAsync(CancellationToken cancellationToken)
    {
        string program = await ProgramPath.OfAsync(_host, _server, "postgres", cancellationToken).ConfigureAwait(false);
        CommandResult result = await _host.RunAsync(new HostCommand(program, "--describe-config"), cancellationToken).ConfigureAwait(false);
        return result.Output.Split('\n').Select(line => line.Split('\t')[0]);
    }

    private async Task<CommandResult> PostgresAsync(string[] arguments, CancellationToken cancellationToken)
    {
        string program = await ProgramPath.OfAsync(_host, _server, "postgres", cancellationToken).ConfigureAwait(false);
        return await _host.RunAsync(
            new HostCommand(program, ["-D", _server.DataDirectory!, "-c", $"config_file={_configuration.Main.Path}", .. arguments]),
            cancellationToken).ConfigureAwait(false);
    }

    private PgSetting Setting(LocatedSetting setting) => new()
    {
        Server = _server,
        Name = SettingName.Canonical(setting.Entry.Name),
        Value = setting.Entry.Value,
        Source = "configuration file",
        SourceFile = setting.Path,
        SourceLine = setting.Entry.LineNumber,
    };

    [GeneratedRegex(@"(?:LOG|FATAL|ERROR|HINT|DETAIL):\s+(?<text>[^\n]*)", RegexOptions.CultureInvariant)]
    private static partial Regex LogMessage();

    [GeneratedRegex("unrecognized configuration parameter \"(?<name>[^\"]*)\"", RegexOptions.CultureInvariant)]
    private static partial Regex Unrecognized();
}
