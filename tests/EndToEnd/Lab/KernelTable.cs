using System.Text.Json;

namespace PortSentry.EndToEnd.Lab;

/// <summary>The daemon's table as the kernel holds it, read with the nft of the system and not by our own code.</summary>
internal sealed record KernelTable(bool Exists, IReadOnlyList<string> Blocked)
{
    private const string Networks64 = "blocked64";
    private static readonly string[] BlockSets = ["blocked4", "blocked6", Networks64, "prefixes4", "prefixes6"];

    /// <summary>Addresses and prefixes of the block sets; an element of the /64 set is shown as a prefix.</summary>
    public static async Task<KernelTable> ReadAsync(Host host)
    {
        var listing = await host.RunAsync("nft", "-j", "list", "table", "inet", "portsentry");
        if (listing.ExitCode != 0) return new KernelTable(false, []);
        using var document = JsonDocument.Parse(listing.Output);
        var blocked =
            from part in document.RootElement.GetProperty("nftables").EnumerateArray()
            where part.TryGetProperty("set", out _)
            let set = part.GetProperty("set")
            let name = set.GetProperty("name").GetString()
            where BlockSets.Contains(name) && set.TryGetProperty("elem", out _)
            from element in set.GetProperty("elem").EnumerateArray()
            select name == Networks64 ? Element(element) + "/64" : Element(element);
        return new KernelTable(true, [.. blocked]);
    }

    public bool Holds(string address) => Blocked.Any(text => Cover.Holds(text, address));

    private static string Element(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.String) return element.GetString()!;
        if (element.TryGetProperty("elem", out var timed)) return Element(timed.GetProperty("val"));
        if (element.TryGetProperty("prefix", out var prefix)) return $"{prefix.GetProperty("addr").GetString()}/{prefix.GetProperty("len").GetInt32()}";
        return element.GetRawText();
    }
}
