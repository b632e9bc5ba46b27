namespace PgHa.Commands;

/// <summary>The output of the work on an input. Safe to call from any thread.</summary>
public interface ICommandOutput
{
    /// <summary>Emits an object.</summary>
    void Write(object value);

    /// <summary>Emits a non-terminating error about an input.</summary>
    void WriteError(Exception reason, object? input);
}
