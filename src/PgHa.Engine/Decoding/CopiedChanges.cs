using System.Buffers.Binary;
using System.Text;

namespace PgHa.Engine.Decoding;

/// <summary>Reads the changes of a slot from a stream in the binary format of COPY: position, transaction, data.</summary>
/// <remarks>
/// The format is a header, and for each row the number of its columns and each column's length and bytes, all numbers in network byte
/// order (<see href="https://www.postgresql.org/docs/current/sql-copy.html">COPY, File Formats</see>). What is done for each row is plain
/// code without generics and awaits, so that it is compiled ahead of time: for the first million rows of a process the JIT's first version
/// of anything else is several times slower.
/// </remarks>
internal sealed class CopiedChanges(Stream stream, ReplicationSlot slot, bool binary)
{
    private const int InitialSize = 65_536;
    // The signature and the flags; then comes the length of the header's extension.
    private const int HeaderSize = 15;
    private const short Columns = 3;
    // The number of columns, and before each of them its length: lsn has eight bytes, xid four.
    private const int RowSize = sizeof(short) + (Columns * sizeof(int)) + sizeof(ulong) + sizeof(uint);
    private const short End = -1;

    private byte[] _buffer = new byte[InitialSize];
    private int _from;
    private int _to;

    /// <summary>Passes on each change; the next one is read when the call has ended.</summary>
    /// <exception cref="InvalidDataException">The stream is not in the format.</exception>
    public async Task ReadAsync(Func<LogicalChange, ValueTask> use, CancellationToken cancellationToken)
    {
        await SkipHeaderAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            await UseBuffered(use, out bool isEnd, out bool isUsedUp, cancellationToken).ConfigureAwait(false);
            if (isEnd)
                break;
            if (isUsedUp)
                await FillAsync(cancellationToken).ConfigureAwait(false);
        }

        // The protocol's own end comes after the format's.
        if (await stream.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false) != 0)
            throw NotTheFormat();
    }

    private async Task SkipHeaderAsync(CancellationToken cancellationToken)
    {
        while (_to < HeaderSize + sizeof(int))
            await FillAsync(cancellationToken).ConfigureAwait(false);
        int extension = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(HeaderSize));
        while (_to < HeaderSize + sizeof(int) + extension)
            await FillAsync(cancellationToken).ConfigureAwait(false);
        _from = HeaderSize + sizeof(int) + extension;
    }

    // Uses the changes in the buffer, up to the first one whose use takes time.
    private ValueTask UseBuffered(
        Func<LogicalChange, ValueTask> use, out bool isEnd, out bool isUsedUp, CancellationToken cancellationToken)
    {
        isUsedUp = false;
        while (TryMeasure(out int length, out isEnd))
        {
            if (isEnd)
                return ValueTask.CompletedTask;
            // The driver hands out what has arrived even after a cancellation.
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<byte> row = _buffer.AsSpan(_from);
            ReadOnlySpan<byte> data = row.Slice(RowSize, length);
            var change = new LogicalChange
            {
                Server = slot.Server,
                Slot = slot.Name,
                Lsn = new Lsn(BinaryPrimitives.ReadUInt64BigEndian(row[6..])),
                TransactionId = BinaryPrimitives.ReadUInt32BigEndian(row[18..]),
                Text = binary ? null : Encoding.UTF8.GetString(data),
                Bytes = binary ? data.ToArray() : null,
            };
            _from += RowSize + length;
            ValueTask used = use(change);
            if (!used.IsCompletedSuccessfully)
                return used;
        }

        isUsedUp = true;
        return ValueTask.CompletedTask;
    }

    // Whether a whole row, or the end of all rows, is in the buffer.
    private bool TryMeasure(out int dataLength, out bool isEnd)
    {
        (dataLength, isEnd) = (0, false);
        ReadOnlySpan<byte> rest = _buffer.AsSpan(_from, _to - _from);
        if (rest.Length < sizeof(short))
            return false;
        short columns = BinaryPrimitives.ReadInt16BigEndian(rest);
        isEnd = columns == End;
        if (isEnd)
            return true;
        if (columns != Columns)
            throw NotTheFormat();
        if (rest.Length < RowSize)
            return false;
        dataLength = BinaryPrimitives.ReadInt32BigEndian(rest[(RowSize - sizeof(int))..]);
        if (BinaryPrimitives.ReadInt32BigEndian(rest[2..]) != sizeof(ulong)
            || BinaryPrimitives.ReadInt32BigEndian(rest[14..]) != sizeof(uint) || dataLength < 0)
        {
            throw NotTheFormat();
        }

        return rest.Length - RowSize >= dataLength;
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        _buffer.AsSpan(_from, _to - _from).CopyTo(_buffer);
        (_from, _to) = (0, _to - _from);
        if (_to == _buffer.Length)
            Array.Resize(ref _buffer, (int)Math.Min(Array.MaxLength, _buffer.Length * 2L));
        int count = await stream.ReadAsync(_buffer.AsMemory(_to), cancellationToken).ConfigureAwait(false);
        if (count == 0)
            throw NotTheFormat();
        _to += count;
    }

    private static InvalidDataException NotTheFormat() => new("The server's answer is not in the binary format of COPY.");
}
