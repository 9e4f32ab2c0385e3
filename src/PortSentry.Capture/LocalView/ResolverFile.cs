using PortSentry.Core.Addresses;

namespace PortSentry.Capture.LocalView;

/// <summary>resolv.conf(5).</summary>
internal static class ResolverFile
{
    private static readonly char[] Blanks = [' ', '\t'];

    /// <summary>None where the file cannot be read: a host without names is allowed.</summary>
    public static IReadOnlyList<Address> Read(string path)
    {
        try
        {
            return Parse(File.ReadLines(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public static IReadOnlyList<Address> Parse(IEnumerable<string> lines)
    {
        List<Address> resolvers = [];
        foreach (var line in lines)
        {
            var fields = line.Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 2 || fields[0] != "nameserver") continue;
            // A link-local server carries its interface: fe80::1%eth0.
            var scope = fields[1].IndexOf('%', StringComparison.Ordinal);
            if (Address.TryParse(scope < 0 ? fields[1] : fields[1].AsSpan(0, scope), out var address)) resolvers.Add(address);
        }

        return resolvers;
    }
}
