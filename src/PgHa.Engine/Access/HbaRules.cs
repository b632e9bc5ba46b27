using PgHa.Engine.Configuration;
using PgHa.Engine.Instances;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;
using PgHa.Engine.Settings;

namespace PgHa.Engine.Access;

/// <summary>Reads and changes the rules that say who may connect to a server.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/auth-pg-hba-conf.html">The pg_hba.conf File</see>.</remarks>
public sealed class HbaRules
{
    private readonly EngineContext _context;

    /// <summary>Works in a context.</summary>
    public HbaRules(EngineContext context) => _context = context;

    /// <summary>
    /// The rules in their order: from the file; or with SQL access only, as the server reads the file (PostgreSQL 10 and
    /// newer).
    /// </summary>
    /// <exception cref="PgHaException"><c>HbaFileInvalid</c>, or no access to the server.</exception>
    public async Task<IReadOnlyList<PgHbaRule>> GetAsync(PgInstance server, CancellationToken cancellationToken)
    {
        if (server.DataDirectory is null)
        {
            ServerSession session = await ServerSession.OpenAsync(_context, server, cancellationToken).ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
                return await HbaFileRulesView.ReadAsync(session, cancellationToken).ConfigureAwait(false);
        }

        IHost host = await _context.HostOfAsync(server, cancellationToken).ConfigureAwait(false);
        string path = await PathAsync(host, server, cancellationToken).ConfigureAwait(false);
        HbaSource source = await new HbaSourceReader(host, server).ReadAsync(path, cancellationToken).ConfigureAwait(false);
        return [.. source.Rules.Select(one => new PgHbaRule(server, one.Rule.LineNumber, one.Rule.Rule) { File = one.Path })];
    }

    /// <summary>
    /// Makes sure that the file has the rules, and reloads it. Each new rule goes to a place where no earlier rule matches its
    /// connections.
    /// </summary>
    /// <remarks>
    /// PgHa never adds a rule to an included file. The rules of an included file count at the place of the include directive.
    /// </remarks>
    /// <returns>The rules that were not there before.</returns>
    /// <exception cref="PgHaException">
    /// <c>HostAccessRequired</c>, <c>HbaFileInvalid</c>, or <c>HbaRuleRejected</c>. The file is unchanged then.
    /// </exception>
    public async Task<IReadOnlyList<HbaRule>> AddAsync(
        PgInstance server, IReadOnlyList<HbaRule> rules, ConfirmChange confirm, CancellationToken cancellationToken)
    {
        HbaChange change = await PlanAddAsync(server, rules, cancellationToken).ConfigureAwait(false);
        return await ApplyAsync(server, change, confirm, cancellationToken).ConfigureAwait(false) ? change.Added : [];
    }

    /// <summary>The change that <see cref="AddAsync"/> makes; it only reads.</summary>
    /// <exception cref="PgHaException"><c>HostAccessRequired</c>, <c>HbaFileInvalid</c> or <c>FileOfAnotherOwner</c>.</exception>
    internal async Task<HbaChange> PlanAddAsync(PgInstance server, IReadOnlyList<HbaRule> rules, CancellationToken cancellationToken)
    {
        List<HbaRule> added = [];
        FileEdits edits = await PlanAsync(
            server,
            main => [(main, rules.Aggregate(main.File, (before, rule) =>
            {
                HbaFile after = main.Add(before, rule);
                if (!ReferenceEquals(after, before))
                    added.Add(rule);
                return after;
            }))],
            cancellationToken).ConfigureAwait(false);
        return new HbaChange(edits, added);
    }

    /// <summary>
    /// Removes every line with one of the rules from the file and from the files that it includes, and reloads them.
    /// </summary>
    /// <returns>Whether there was such a line, and it was removed.</returns>
    /// <exception cref="PgHaException"><c>HostAccessRequired</c>, or <c>HbaFileInvalid</c>.</exception>
    public async Task<bool> RemoveAsync(
        PgInstance server, IReadOnlyList<HbaRule> rules, ConfirmChange confirm, CancellationToken cancellationToken)
    {
        FileEdits edits = await PlanAsync(
            server,
            main => [.. main.Files.Select(source => (source, rules.Aggregate(source.File, (before, rule) => before.Remove(rule))))],
            cancellationToken).ConfigureAwait(false);
        return await ApplyAsync(server, new HbaChange(edits, []), confirm, cancellationToken).ConfigureAwait(false);
    }

    private async Task<FileEdits> PlanAsync(
        PgInstance server, Func<HbaSource, IReadOnlyList<(HbaSource Source, HbaFile After)>> change, CancellationToken cancellationToken)
    {
        IHost host = await _context.HostOfAsync(server, cancellationToken).ConfigureAwait(false);
        string path = await PathAsync(host, server, cancellationToken).ConfigureAwait(false);
        var edits = new FileEdits(host);
        HbaSource main = await new HbaSourceReader(host, server).ReadAsync(path, cancellationToken).ConfigureAwait(false);
        foreach ((HbaSource source, HbaFile after) in change(main))
            edits.Add(source.Path, source.File.ToBytes(), after.ToBytes());
        if (edits.IsEmpty)
            _context.Log.Step($"{server}: '{path}' says so already");
        edits.RequireOwn(_context, server);
        return edits;
    }

    /// <summary>Makes a planned change, and has the server read it.</summary>
    /// <returns>Whether there was a change to make, and it was confirmed and made.</returns>
    /// <exception cref="PgHaException"><c>HbaRuleRejected</c>: the file is unchanged then.</exception>
    internal async Task<bool> ApplyAsync(
        PgInstance server, HbaChange change, ConfirmChange confirm, CancellationToken cancellationToken)
    {
        FileEdits edits = change.Edits;
        if (edits.IsEmpty)
            return false;
        if (!await confirm(edits.Diff).ConfigureAwait(false))
            return false;
        _context.Log.Step($"{server}: writing {string.Join(", ", edits.Paths.Select(edited => $"'{edited}'"))}");
        await edits.ApplyAsync(cancellationToken).ConfigureAwait(false);
        await ReloadAsync(server, edits).ConfigureAwait(false);
        return true;
    }

    private async Task ReloadAsync(PgInstance server, FileEdits edits)
    {
        var control = new InstanceControl(_context);
        InstanceStatus status = await control.GetStatusAsync(server, CancellationToken.None).ConfigureAwait(false);
        if (status.State != InstanceState.Running)
        {
            await control.ReloadAsync(server, CancellationToken.None).ConfigureAwait(false);
            return;
        }

        ServerSession session = await ServerSession.OpenAsync(_context, server, CancellationToken.None).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var settings = new SessionSettings(_context, session);
            // A server keeps its old rules when it cannot read the new ones, and says so in its log only.
            if (await HbaFileRulesView.ErrorsAsync(session, CancellationToken.None).ConfigureAwait(false) is { } errors)
            {
                await edits.UndoAsync().ConfigureAwait(false);
                throw new PgHaException(
                    ErrorIds.HbaRuleRejected, PgHaErrorKind.InvalidArgument,
                        $"{server} cannot read its pg_hba.conf with this change: {errors}.",
                    "The file is as it was. Correct the rule, or the line that is named.", server.ToString());
            }

            await settings.ReloadAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static async Task<string> PathAsync(IHost host, PgInstance server, CancellationToken cancellationToken)
    {
        string directory = server.DataDirectory!;
        IReadOnlyList<string> names = await host.ListAsync(directory, cancellationToken).ConfigureAwait(false) ?? [];
        string mainPath = await ConfigurationLocation.FindAsync(host, directory, names, cancellationToken).ConfigureAwait(false);
        ServerConfiguration configuration = await ServerConfiguration.LoadAsync(
            host, directory, mainPath, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<PostmasterOption> options = await StartOptions.ReadAsync(host, directory, cancellationToken).ConfigureAwait(false);
        return ConfigurationLocation.HbaFile(directory, configuration, options);
    }
}

/// <summary>A change of <c>pg_hba.conf</c> that was planned.</summary>
/// <param name="Edits">The files.</param>
/// <param name="Added">The rules that they do not have yet.</param>
internal sealed record HbaChange(FileEdits Edits, IReadOnlyList<HbaRule> Added);
