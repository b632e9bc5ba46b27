using System.Net;

namespace PgHa;

/// <summary>Reads the columns of a rule, with the checks of <c>parse_hba_line</c> in the server's <c>hba.c</c>.</summary>
internal sealed class HbaRuleParser(HbaLogicalLine line, List<HbaField> fields)
{
    private int _next;

    public HbaRule Parse()
    {
        HbaConnectionType type = ParseType();
        HbaField databases = Next("expected a database after the connection type");
        HbaField users = Next("expected a user after the database");
        HbaAddress? address = type == HbaConnectionType.Local ? null : ParseAddress();
        HbaMethod method = ParseMethod(type);
        return new HbaRule
        {
            Type = type,
            Databases = [.. databases.Tokens.Select(HbaName.OfDatabase)],
            Users = [.. users.Tokens.Select(HbaName.OfUser)],
            Address = address,
            Method = method,
            Options = [.. fields[_next..].SelectMany(field => field.Tokens).Select(ParseOption)],
        };
    }

    private HbaConnectionType ParseType()
    {
        HbaField field = NextSingle($"expected one of {HbaKeywords.TypeList}");
        return HbaKeywords.TypeOf(field.Text) ?? throw line.Malformed(field.Start, $"expected one of {HbaKeywords.TypeList}");
    }

    private HbaAddress ParseAddress()
    {
        const string Expected = "expected an address with a mask, a host name, .suffix, samehost, samenet or all";
        HbaField field = NextSingle(Expected);
        int error = HbaAddress.TryParse(field.Tokens[0], out HbaAddress? address, out IPAddress? bare);
        if (error >= 0)
        {
            throw line.Malformed(
                field.Start + error,
                error > 0 && field.Text.IndexOf('/', StringComparison.Ordinal) == error
                    ? "a host name has no mask"
                    : Expected);
        }

        if (address is not null)
            return address;

        HbaField mask = NextSingle($"expected a mask, in CIDR notation ({bare}/…) or in a column of its own");
        return HbaAddress.WithNetmask(bare!, mask.Text) ?? throw line.Malformed(mask.Start, $"expected a mask for {bare}");
    }

    private HbaMethod ParseMethod(HbaConnectionType type)
    {
        HbaField field = NextSingle($"expected one of {HbaKeywords.MethodList}");
        HbaMethod method = HbaKeywords.MethodOf(field.Text)
            ?? throw line.Malformed(field.Start, $"expected one of {HbaKeywords.MethodList}");
        return method switch
        {
            HbaMethod.Peer when type != HbaConnectionType.Local =>
                throw line.Malformed(field.Start, "peer works on local connections only"),
            HbaMethod.Gss when type == HbaConnectionType.Local =>
                throw line.Malformed(field.Start, "gss does not work on local connections"),
            HbaMethod.Cert when type != HbaConnectionType.HostSsl =>
                throw line.Malformed(field.Start, "cert works on hostssl connections only"),
            _ => method,
        };
    }

    private HbaOption ParseOption(HbaToken token)
    {
        int equals = token.Text.IndexOf('=', StringComparison.Ordinal);
        return equals >= 0
            ? new HbaOption(token.Text[..equals], token.Text[(equals + 1)..])
            : throw line.Malformed(token.Start, "expected an option name=value");
    }

    private HbaField Next(string expectation) =>
        _next < fields.Count ? fields[_next++] : throw line.Malformed(line.Text.Length, expectation);

    private HbaField NextSingle(string expectation)
    {
        HbaField field = Next(expectation);
        return field.Tokens.Count == 1
            ? field
            : throw line.Malformed(field.Tokens[1].Start, "expected one value here, not a list");
    }
}
