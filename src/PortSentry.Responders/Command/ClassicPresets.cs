namespace PortSentry.Responders.Command;

/// <summary>
/// The KILL_ROUTE lines of the classic portsentry.conf as options of <c>command</c>, with the line that undoes each where there
/// is one. Paths are those of the classic file.
/// </summary>
public static class ClassicPresets
{
    /// <summary>Names in the configuration: preset = "ipchains".</summary>
    public static IReadOnlyDictionary<string, CommandOptions> All { get; } = new SortedDictionary<string, CommandOptions>
    {
        ["route"] = Block("/sbin/route add -host $TARGET$ reject", "/sbin/route del -host $TARGET$ reject"),
        ["ipfwadm"] = Block("/sbin/ipfwadm -I -i deny -S $TARGET$ -o", "/sbin/ipfwadm -I -d deny -S $TARGET$ -o"),
        ["ipchains"] = Block("/sbin/ipchains -I input -s $TARGET$ -j DENY -l", "/sbin/ipchains -D input -s $TARGET$ -j DENY -l"),
        ["iptables"] = Block("/sbin/iptables -I INPUT -s $TARGET$ -j DROP", "/sbin/iptables -D INPUT -s $TARGET$ -j DROP"),

        // "ipfw delete 1" would lift every block at once: they share the rule number. So there is no undo.
        ["ipfw"] = Block("/sbin/ipfw add 1 deny all from $TARGET$:255.255.255.255 to any", ""),

        // The classic line pipes an echo into ipf; here the rule is its standard input. external_interface is to be replaced, as there.
        ["ipf"] = Block("/sbin/ipf -f -", "/sbin/ipf -r -f -") with { Input = "block in log on external_interface from $TARGET$/32 to any" },
    };

    private static CommandOptions Block(string run, string undo) => new() { Run = run, Undo = undo, Blocks = true };
}
