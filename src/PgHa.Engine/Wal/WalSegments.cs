using System.Globalization;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Wal;

/// <summary>Ends WAL files, by SQL only.</summary>
public static class WalSegments
{
    /// <summary>Ends the current WAL file of a primary, so that it can be archived.</summary>
    /// <exception cref="PgHaException"><c>ServerIsStandby</c>; <c>InsufficientPrivilege</c>.</exception>
    public static async Task<WalSwitch> SwitchAsync(EngineContext context, PgInstance primary, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(context, primary, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            await ServerRoles.RequirePrimaryAsync(
                session, "it writes no WAL of its own, and its files end where the primary's do", cancellationToken).ConfigureAwait(false);
            string function = session.Dialect.SwitchWalFunction;
            IReadOnlyList<WalSwitch> rows = await Privileges.RequireAsync(
                () => session.QueryAsync(
                    $"""
                    select lsn::text, left({session.Dialect.WalFileNameFunction}(lsn), 8) as timeline,
                           pg_size_bytes(current_setting('wal_segment_size')) as size
                    from {function}() lsn
                    """,
                    row => Read(primary, row),
                    cancellationToken),
                Privileges.OfFunction(session, function)).ConfigureAwait(false);
            WalSwitch switched = rows[0];
            context.Log.Step(switched.IsSwitched
                ? $"{primary}: {switched.FileName} is complete."
                : $"{primary}: nothing has been written since {switched.FileName} was completed.");
            return switched;
        }
    }

    private static WalSwitch Read(PgInstance primary, Row row) => WalSwitch.Of(
        primary,
        new TimelineId(uint.Parse(row.Text("timeline")!, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)),
        row.Lsn("lsn")!.Value,
        new WalSegmentSize((int)row.Get<long>("size")));
}
