using System.Buffers;
using System.Globalization;
using System.Text;

namespace PgHa.Engine.Machines.Shell;

/// <summary>Takes what a shell says on one stream until the shell's mark, which ends a greeting or an answer.</summary>
internal sealed class ShellAnswer
{
    private const int LongestStatus = 4; // three digits and the end of the line

    private readonly byte[] _mark;
    private readonly ArrayBufferWriter<byte> _text = new();
    private int _passedOn;

    /// <summary>For the mark, with the blank after it.</summary>
    public ShellAnswer(byte[] mark) => _mark = mark;

    /// <summary>All of it so far.</summary>
    public ReadOnlySpan<byte> Text => _text.WrittenSpan;

    /// <summary>Takes the next bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes) => _text.Write(bytes);

    /// <summary>The end of an answer, which is the mark and the script's exit status; <see langword="null"/> if it has not come.</summary>
    public (int Status, int Length)? End()
    {
        ReadOnlySpan<byte> text = Text;
        if (text.IsEmpty || text[^1] != '\n')
            return null;
        int tail = Math.Max(0, text.Length - _mark.Length - LongestStatus);
        int end = text[tail..].IndexOf(_mark);
        return end < 0 ? null : (int.Parse(text[(tail + end + _mark.Length)..^1], CultureInfo.InvariantCulture), tail + end);
    }

    /// <summary>
    /// What the greeting says after the mark; <see langword="null"/> if it has not come. Before the mark, and above it, is what the
    /// machine and the user's profile had to say.
    /// </summary>
    public string? Greeting()
    {
        ReadOnlySpan<byte> text = Text;
        int start = text.IndexOf(_mark);
        if (start < 0)
            return null;
        ReadOnlySpan<byte> rest = text[(start + _mark.Length)..];
        int end = rest.IndexOf((byte)'\n');
        return end < 0 ? null : Encoding.ASCII.GetString(rest[..end]);
    }

    /// <summary>What was not passed on yet and is certainly no part of the mark.</summary>
    public ReadOnlySpan<byte> News()
    {
        int end = End()?.Length ?? Text.Length - BeginningOfMark();
        ReadOnlySpan<byte> news = Text[_passedOn..end];
        _passedOn = end;
        return news;
    }

    // How many bytes at the end may be the beginning of the mark with its status.
    private int BeginningOfMark()
    {
        ReadOnlySpan<byte> text = Text;
        for (int length = Math.Min(_mark.Length + LongestStatus, text.Length); length > 0; length--)
        {
            ReadOnlySpan<byte> tail = text[^length..];
            if (tail.StartsWith(_mark.AsSpan(0, Math.Min(length, _mark.Length))))
                return length;
        }

        return 0;
    }
}
