namespace PgHa;

/// <summary>What becomes of one of libpq's options in a connection of PgHa's own, whose driver is not libpq.</summary>
internal enum DriverTreatment
{
    /// <summary>The driver has the same option.</summary>
    Mapped,

    /// <summary>PgHa itself sees to it.</summary>
    Honoured,

    /// <summary>It is left out: without it PgHa reaches the same server, no less protected.</summary>
    LeftOut,

    /// <summary>PgHa does not connect: without it the connection would be less protected, or to another server.</summary>
    Refused,
}
