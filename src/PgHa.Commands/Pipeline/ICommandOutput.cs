namespace PgHa.Commands;

/// <summary>Where the work on an input puts what it emits. Safe to call from any thread.</summary>
public interface ICommandOutput
{
    /// <summary>Emits an object.</summary>
    void Write(object value);

    /// <summary>Emits a non-terminating error about an input.</summary>
    void WriteError(Exception reason, object? input);
}
