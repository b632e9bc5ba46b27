using System.Text;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Configuration;

/// <summary>Changes of several files, which are shown, written and undone together.</summary>
internal sealed class FileEdits
{
    private readonly IHost? _host;
    private readonly List<Edit> _edits = [];

    public FileEdits(IHost? host) => _host = host;

    /// <summary>No changes.</summary>
    public static FileEdits None => new(null);

    /// <summary>Whether nothing would change.</summary>
    public bool IsEmpty => _edits.Count == 0;

    /// <summary>The files that would change.</summary>
    public IEnumerable<string> Paths => _edits.Select(edit => edit.Path);

    /// <summary>The changes as a unified diff, with passwords masked.</summary>
    public string Diff => string.Concat(_edits.Select(edit => TextDiff.Unified(Text(edit.Old ?? []), Text(edit.New), edit.Path)));

    /// <summary>Plans the new content of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="old">What it has; <see langword="null"/> if there is no such file.</param>
    /// <param name="new">What it is to have.</param>
    public void Add(string path, byte[]? old, byte[] @new)
    {
        if (old is null || !@new.AsSpan().SequenceEqual(old))
            _edits.Add(new Edit(path, old, @new));
    }

    /// <summary>Makes sure that none of the files is written by somebody else, who would overwrite the change.</summary>
    /// <exception cref="PgHaException"><c>FileOfAnotherOwner</c>.</exception>
    public void RequireOwn(EngineContext context, PgInstance server)
    {
        foreach (Edit edit in _edits)
        {
            if (ConfigurationOwner.Of(Text(edit.Old ?? [])) is not { } owner)
                continue;
            if (!context.EvenIfManaged)
            {
                throw new PgHaException(
                    ErrorIds.FileOfAnotherOwner, PgHaErrorKind.Refused,
                    $"'{edit.Path}' of {server} is written by {owner}, as its first lines say, which would overwrite the change.",
                    $"Make the change with {owner}. -EvenIfManaged writes into the file all the same.", server.ToString());
            }

            context.Log.Warn($"'{edit.Path}' of {server} is written by {owner}, which may overwrite the change.");
        }
    }

    /// <summary>Writes the files. If one fails, those before it are restored.</summary>
    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        int done = 0;
        try
        {
            foreach (Edit edit in _edits)
            {
                await _host!.WriteFileAsync(edit.Path, edit.New, mode: null, cancellationToken).ConfigureAwait(false);
                done++;
            }
        }
        catch when (done > 0)
        {
            await UndoAsync(done).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Puts the old contents back.</summary>
    public Task UndoAsync() => UndoAsync(_edits.Count);

    private async Task UndoAsync(int count)
    {
        foreach (Edit edit in _edits.Take(count))
        {
            if (edit.Old is null)
                await _host!.DeleteFileAsync(edit.Path, CancellationToken.None).ConfigureAwait(false);
            else
                await _host!.WriteFileAsync(edit.Path, edit.Old, mode: null, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    private sealed record Edit(string Path, byte[]? Old, byte[] New);
}
