using System.Buffers.Binary;
using System.Text;
using PgHa.Engine.Decoding;

namespace PgHa.Engine.Tests.Decoding;

/// <summary>The binary format of COPY, cut into pieces as a network does.</summary>
public sealed class CopiedChangesTests
{
    private static readonly ReplicationSlot Slot = new()
    {
        Server = new PgInstance("db1:5433"),
        Name = "audit",
        Type = ReplicationSlotType.Logical,
    };

    public static TheoryData<int> PieceSizes => [1, 7, 26, 65_536, int.MaxValue];

    [Theory]
    [MemberData(nameof(PieceSizes))]
    public async Task Changes_come_whole_and_in_order_however_the_stream_is_cut(int pieceSize)
    {
        string[] texts = ["BEGIN 1", "", "table public.t: INSERT: name[text]:'ä€'", new string('x', 150_000), "COMMIT 1"];
        byte[] stream = Stream([.. texts.Select((text, i) => Row(0x3000148UL + (ulong)i, 700, text))]);
        List<LogicalChange> changes = [];

        await new CopiedChanges(new Pieces(stream, pieceSize), Slot, binary: false).ReadAsync(
            async change =>
            {
                changes.Add(change);
                if (changes.Count == 2)
                    await Task.Yield();
            },
            TestContext.Current.CancellationToken);

        Assert.Equal(texts, changes.Select(change => change.Text));
        Assert.Equal(Lsn.Parse("0/3000149"), changes[1].Lsn);
        Assert.All(changes, change => Assert.Equal((Slot.Server, "audit", 700u), (change.Server, change.Slot, change.TransactionId)));
    }

    [Fact]
    public async Task Bytes_stay_bytes()
    {
        List<LogicalChange> changes = [];
        await new CopiedChanges(new MemoryStream(Stream(Row(1, uint.MaxValue, "\0B"))), Slot, binary: true).ReadAsync(
            change =>
            {
                changes.Add(change);
                return ValueTask.CompletedTask;
            },
            TestContext.Current.CancellationToken);

        Assert.Equal("\0B"u8.ToArray(), Assert.Single(changes).Bytes);
        Assert.Null(changes[0].Text);
        Assert.Equal(uint.MaxValue, changes[0].TransactionId);
    }

    [Fact]
    public async Task No_change_is_read_after_a_cancellation()
    {
        using var stop = new CancellationTokenSource();
        int used = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new CopiedChanges(
            new MemoryStream(Stream(Row(1, 1, "a"), Row(2, 1, "b"))), Slot, binary: false).ReadAsync(
                _ =>
                {
                    used++;
                    stop.Cancel();
                    return ValueTask.CompletedTask;
                },
                stop.Token));
        Assert.Equal(1, used);
    }

    [Fact]
    public async Task A_stream_that_ends_before_its_end_is_no_end()
    {
        byte[] whole = Stream(Row(1, 1, "a"));
        foreach (int length in new[] { 4, 19, whole.Length - 2, whole.Length - 1 })
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => new CopiedChanges(
                new MemoryStream(whole[..length]), Slot, binary: false).ReadAsync(
                    _ => ValueTask.CompletedTask, TestContext.Current.CancellationToken));
        }
    }

    private static byte[] Row(ulong lsn, uint transaction, string text)
    {
        byte[] data = Encoding.UTF8.GetBytes(text);
        byte[] row = new byte[26 + data.Length];
        BinaryPrimitives.WriteInt16BigEndian(row, 3);
        BinaryPrimitives.WriteInt32BigEndian(row.AsSpan(2), 8);
        BinaryPrimitives.WriteUInt64BigEndian(row.AsSpan(6), lsn);
        BinaryPrimitives.WriteInt32BigEndian(row.AsSpan(14), 4);
        BinaryPrimitives.WriteUInt32BigEndian(row.AsSpan(18), transaction);
        BinaryPrimitives.WriteInt32BigEndian(row.AsSpan(22), data.Length);
        data.CopyTo(row, 26);
        return row;
    }

    private static byte[] Stream(params byte[][] rows) =>
        [.. "PGCOPY\n"u8, 0xff, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0, .. rows.SelectMany(row => row), 0xff, 0xff];

    /// <summary>A stream that hands out so many bytes at a time at most.</summary>
    private sealed class Pieces(byte[] content, int size) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }
}
