using PgHa.Engine.Backups;
using PgHa.Engine.Cloning;
using PgHa.Engine.Instances;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Recovery.Restore;

/// <summary>
/// Finds the directories for the tablespaces of a restored server. They must be new ones, because those in the backup belong to
/// the source, or to the backup.
/// </summary>
internal sealed class RestoredTablespaces(IHost host, RestoreOptions options)
{
    /// <summary>The directories, by the OIDs of the tablespaces.</summary>
    /// <exception cref="PgHaException">
    /// <c>TablespaceNotMapped</c>: a tablespace has no new directory; <c>TablespaceNotFound</c>: a new directory is for no
    /// tablespace of the backup; <c>DirectoriesOverlap</c>; and the failures of <see cref="CloneTarget.RequireFreeAsync"/> and
    /// <see cref="CloneTarget.HasLeftoverAsync"/>.
    /// </exception>
    public async Task<IReadOnlyDictionary<string, CloneTarget>> PrepareAsync(BackupContent content, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, string> present = await content.TablespacesAsync(cancellationToken).ConfigureAwait(false);
        foreach (string unknown in options.TablespaceMapping.Keys)
        {
            if (await DataDirectoryPath.IsAmongAsync(host, unknown, present.Values, cancellationToken).ConfigureAwait(false))
                continue;
            throw new PgHaException(
                ErrorIds.TablespaceNotFound, PgHaErrorKind.NotFound, $"The backup '{options.Backup}' has no tablespace in '{unknown}'.",
                present.Count == 0
                    ? "It has none outside its data directory."
                    : $"It has tablespaces in: {string.Join(", ", present.Values)}.",
                options.Backup);
        }

        Dictionary<string, CloneTarget> targets = [];
        List<string> taken = [options.DataDirectory];
        foreach ((string oid, string from) in present)
        {
            string to = await TargetOfAsync(from, cancellationToken).ConfigureAwait(false);
            if (await OverlapAsync(to, taken, cancellationToken).ConfigureAwait(false) is { } shared)
            {
                throw new PgHaException(
                    ErrorIds.DirectoriesOverlap, PgHaErrorKind.InvalidArgument, $"'{to}' and '{shared}' are one in the other, or the same.",
                    "Give every tablespace a directory of its own, outside the data directory.", to);
            }

            taken.Add(to);
            NewDataDirectory.RequireUsableName(to);
            targets.Add(oid, await CloneTarget.AtAsync(host, to, cancellationToken).ConfigureAwait(false));
            await targets[oid].RequireFreeAsync(cancellationToken).ConfigureAwait(false);
            await targets[oid].HasLeftoverAsync(cancellationToken).ConfigureAwait(false);
        }

        return targets;
    }

    private async Task<string> TargetOfAsync(string from, CancellationToken cancellationToken)
    {
        foreach ((string key, string target) in options.TablespaceMapping)
        {
            if (await DataDirectoryPath.AreSameAsync(host, key, from, cancellationToken).ConfigureAwait(false))
                return target;
        }

        throw new PgHaException(
            ErrorIds.TablespaceNotMapped, PgHaErrorKind.InvalidArgument,
            $"The backup '{options.Backup}' has a tablespace in '{from}', and the restored server must have a directory of its own for it.",
            $"Name one with -TablespaceMapping @{{ '{from}' = '…' }}.", options.Backup);
    }

    private async Task<string?> OverlapAsync(string directory, List<string> others, CancellationToken cancellationToken)
    {
        foreach (string other in others)
        {
            if (HostPath.Below(directory, other) is not null || HostPath.Below(other, directory) is not null
                || await DataDirectoryPath.AreSameAsync(host, directory, other, cancellationToken).ConfigureAwait(false))
                return other;
        }

        return null;
    }
}
