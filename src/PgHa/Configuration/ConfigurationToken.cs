namespace PgHa;

/// <summary>The tokens of a configuration line, by the rules of PostgreSQL's <c>guc-file.l</c>.</summary>
internal enum ConfigurationToken
{
    EndOfLine,
    Identifier,
    QualifiedIdentifier,
    QuotedString,
    UnquotedString,
    Number,
    EqualsSign,
    Unknown,
}
