using System.Text;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Tests.Machines;

public abstract partial class HostContract
{
    [Fact]
    public async Task Files_that_are_read_ahead_are_the_same_and_a_second_reading_sees_them_as_they_are_then()
    {
        byte[] bytes = [.. Enumerable.Range(0, 3000).Select(i => (byte)i)];
        string binary = _directory["bi nary"], text = _directory["text"], empty = _directory["empty"], missing = _directory["missing"];
        await Host.WriteFileAsync(binary, bytes, mode: null, Cancellation);
        await WriteAsync(text, "no end of line");
        await WriteAsync(empty, "");

        IHost ahead = await Host.ReadAheadAsync([binary, missing, text, empty], Cancellation);

        byte[] read = (await ahead.ReadFileAsync(binary, Cancellation))!;
        Assert.Equal(bytes, read);
        Assert.Equal("no end of line", Encoding.UTF8.GetString((await ahead.ReadFileAsync(text, Cancellation))!));
        Assert.Empty((await ahead.ReadFileAsync(empty, Cancellation))!);
        Assert.Null(await ahead.ReadFileAsync(missing, Cancellation));
        await WriteAsync(text, "new");
        await WriteAsync(missing, "now there");
        Assert.Equal("new", Encoding.UTF8.GetString((await ahead.ReadFileAsync(text, Cancellation))!));
        Assert.Equal("now there", Encoding.UTF8.GetString((await ahead.ReadFileAsync(missing, Cancellation))!));
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_ahead_fails_when_it_is_read()
    {
        await Host.CreateDirectoryAsync(_directory["folder"], Cancellation);
        IHost ahead = await Host.ReadAheadAsync([_directory["folder"]], Cancellation);
        await Assert.ThrowsAsync<PgHaException>(() => ahead.ReadFileAsync(_directory["folder"], Cancellation));
    }
}
