namespace PortSentry.EndToEnd.Lab;

/// <summary>
/// `nft monitor` on the victim: when an element entered a block set, stamped by us as the line arrives (1 to 2 ms late),
/// independent of the daemon.
/// </summary>
internal sealed class BlockWatch : IAsyncDisposable
{
    private readonly RunningProgram _monitor;

    private BlockWatch(RunningProgram monitor) => _monitor = monitor;

    public static async Task<BlockWatch> StartAsync(Host victim, Action<StampedLine>? seen = null)
    {
        var watch = new BlockWatch(victim.Start(["stdbuf", "-oL", "nft", "-n", "monitor"], seen));
        // It says nothing when it is ready: make an event until it reports one.
        for (var i = 0; i < 50; i++)
        {
            (await victim.RunAsync("nft", "add", "table", "inet", "watchready")).Must();
            (await victim.RunAsync("nft", "delete", "table", "inet", "watchready")).Must();
            if (watch._monitor.Lines.Any(line => line.Text.Contains("watchready", StringComparison.Ordinal))) return watch;
        }
        await watch.DisposeAsync();
        throw new TimeoutException("nft monitor reports nothing");
    }

    /// <summary>The moment the address entered a set, or null.</summary>
    public DateTimeOffset? Blocked(string address)
    {
        var line = _monitor.Lines.FirstOrDefault(line => IsBlock(line.Text, address));
        return line.Text is null ? null : line.At;
    }

    /// <summary>"add element inet portsentry blocked4 { 10.99.0.1 timeout 10m expires 10m }"</summary>
    public static bool IsBlock(string line, string address)
    {
        var word = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (word is not ["add", "element", "inet", "portsentry", var set, "{", ..]) return false;
        return word.Skip(6).Any(part => Cover.Holds(set == "blocked64" ? part + "/64" : part, address));
    }

    public ValueTask DisposeAsync() => _monitor.DisposeAsync();
}
