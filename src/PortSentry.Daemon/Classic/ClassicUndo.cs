namespace PortSentry.Daemon.Classic;

/// <summary>The way back of the block commands that the classic configuration lists: route(8), ip(8), iptables(8), ipchains(8), ipfwadm(8), ipf(8), ipset(8), nft(8).</summary>
internal static class ClassicUndo
{
    /// <summary>Null where none is known; ipfw above all: its line gives every attacker the same rule number, and deleting that frees them all.</summary>
    public static IReadOnlyList<string>? Of(IReadOnlyList<string> arguments) => Path.GetFileName(arguments[0]) switch
    {
        "route" => Replace(arguments, "add", "del"),
        "ip" => Replace(arguments, "add", "del"),
        "ipset" => Replace(arguments, "add", "del") ?? Replace(arguments, "-A", "-D"),
        "nft" => Replace(arguments, "add", "delete"),
        "iptables" or "ip6tables" or "ipchains" => Rule(arguments),
        "ipfwadm" => Replace(arguments, "-i", "-d") ?? Replace(arguments, "-a", "-d"),
        "ipf" => [arguments[0], "-r", .. arguments.Skip(1)],
        _ => null,
    };

    private static List<string>? Replace(IReadOnlyList<string> arguments, string from, string to)
    {
        var at = arguments.ToList().IndexOf(from);
        return at < 1 ? null : [.. arguments.Take(at), to, .. arguments.Skip(at + 1)];
    }

    // "-I INPUT 3 -s …" inserts at 3; the deletion by content has no number. ipchains needs none either.
    private static List<string>? Rule(IReadOnlyList<string> arguments)
    {
        var at = arguments.ToList().FindIndex(a => a is "-I" or "-A" or "--insert" or "--append");
        if (at < 1 || at + 1 >= arguments.Count) return null;
        var rest = arguments.Skip(at + 2);
        if (at + 2 < arguments.Count && arguments[at + 2].All(char.IsAsciiDigit)) rest = rest.Skip(1);
        var log = rest.Where(a => a != "-l" || !arguments[0].EndsWith("ipchains", StringComparison.Ordinal));
        return [.. arguments.Take(at), "-D", arguments[at + 1], .. log];
    }
}
