using PgHa.Engine;

namespace PgHa.Commands;

/// <summary>Says which of the changed settings a restart has to bring into effect.</summary>
internal static class PendingRestarts
{
    /// <summary>One warning for a server; none where everything is in effect.</summary>
    public static void Warn(EngineContext engine, PgInstance instance, IReadOnlyList<PgSetting> changed)
    {
        string names = string.Join(", ", changed.Where(setting => setting.PendingRestart).Select(setting => setting.Name));
        if (names.Length > 0)
            engine.Log.Warn($"{instance}: {names} will take effect at the next restart (Restart-PgInstance).");
    }
}
