using System.Text;

namespace PgHa.Engine.Machines.Local;

/// <summary>Reads a program's error stream: passes each line on as it comes, and keeps the end of the text.</summary>
internal sealed class ErrorStreamReader
{
    private const int Kept = 64 * 1024;

    private readonly Action<string>? _onLine;
    private readonly StringBuilder _tail = new();
    private readonly StringBuilder _line = new();
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    public ErrorStreamReader(Action<string>? onLine) => _onLine = onLine;

    /// <summary>The last 64 KiB of what was read so far.</summary>
    public string Tail
    {
        get
        {
            lock (_tail)
                return _tail.ToString(Math.Max(0, _tail.Length - Kept), Math.Min(_tail.Length, Kept));
        }
    }

    /// <summary>The last line that says something; empty if there is none.</summary>
    public string LastLine =>
        Tail.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";

    /// <summary>Reads to the end of the stream. A cancellation is no failure: then another process holds the stream open.</summary>
    public async Task ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[8192];
        try
        {
            int count;
            while ((count = await stream.ReadAsync(bytes, cancellationToken).ConfigureAwait(false)) > 0)
                Take(bytes.AsSpan(0, count));
        }
        catch (OperationCanceledException)
        {
        }

        EndLine();
    }

    /// <summary>Takes the next bytes of the stream.</summary>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        char[] characters = new char[bytes.Length + 1];
        Take(characters.AsSpan(0, _decoder.GetChars(bytes, characters, flush: false)));
    }

    /// <summary>Passes on what was read of a line that does not end.</summary>
    public void EndLine()
    {
        if (_line.Length == 0)
            return;
        _onLine?.Invoke(_line.ToString());
        _line.Clear();
    }

    private void Take(ReadOnlySpan<char> text)
    {
        lock (_tail)
        {
            _tail.Append(text);
            // The text is cut at twice the kept size, so that much output does not cost a cut at every read.
            if (_tail.Length > 2 * Kept)
                _tail.Remove(0, _tail.Length - Kept);
        }

        if (_onLine is null)
            return;
        foreach (char c in text)
        {
            if (c is '\n' or '\r' || _line.Length == Kept)
                EndLine();
            if (c is not ('\n' or '\r'))
                _line.Append(c);
        }
    }
}
