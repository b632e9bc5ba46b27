namespace PgHa;

/// <summary>How PgHa treats one of libpq's options in its own connections, whose driver is not libpq.</summary>
internal enum DriverTreatment
{
    /// <summary>The driver has the same option.</summary>
    Mapped,

    /// <summary>PgHa implements the option itself.</summary>
    Honoured,

    /// <summary>PgHa leaves the option out: it reaches the same server, with the same protection.</summary>
    LeftOut,

    /// <summary>PgHa does not connect: without the option, the connection would be less protected, or to another server.</summary>
    Refused,
}
