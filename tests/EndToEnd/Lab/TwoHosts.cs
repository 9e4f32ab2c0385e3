using System.Globalization;

namespace PortSentry.EndToEnd.Lab;

/// <summary>
/// Attacker (10.99.0.1, fd99::1) and victim (10.99.0.2, fd99::2) in two network namespaces joined by one veth pair: the only
/// interface beside lo, so nothing leaves. The names carry the process that made them; whatever a killed run left behind
/// is removed by the next one.
/// </summary>
internal sealed class TwoHosts : IAsyncDisposable
{
    private const string Prefix = "psentry";
    private static int _count;
    private readonly Services _services;

    private TwoHosts(Host attacker, Host victim, Services services, string folder)
    {
        Attacker = attacker;
        Victim = victim;
        _services = services;
        Folder = folder;
    }

    public Host Attacker { get; }

    public Host Victim { get; }

    /// <summary>Ours alone, gone at the end.</summary>
    public string Folder { get; }

    public static async Task<TwoHosts> CreateAsync()
    {
        if (!Environment.IsPrivilegedProcess)
            throw new InvalidOperationException("The end-to-end tests make network namespaces: run them as root (sudo ./build.sh test).");
        await RemoveLeftOversAsync();
        var name = $"{Prefix}-{Owner(Environment.ProcessId)}-{Interlocked.Increment(ref _count)}";
        var attacker = new Host($"{name}-a", "att0", "02:00:00:00:00:01", "10.99.0.1", "fd99::1");
        var victim = new Host($"{name}-v", "vic0", "02:00:00:00:00:02", "10.99.0.2", "fd99::2");
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), name)).FullName;
        try
        {
            await ConnectAsync(attacker, victim);
            var hosts = new TwoHosts(attacker, victim, await Services.StartAsync(victim), folder);
            // The kernel takes up to a second to notice that the cable is plugged in.
            foreach (var address in (string[])[victim.Address, victim.Address6])
                if (!await Until.TrueAsync(() => hosts.AttackerIsServedAsync(address, TimeSpan.FromMilliseconds(50)), TimeSpan.FromSeconds(10)))
                    throw new InvalidOperationException($"the victim's service does not answer on {address}");
            return hosts;
        }
        catch
        {
            await RemoveAsync(name);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _services.Dispose();
        await RemoveAsync(Path.GetFileName(Folder));
    }

    /// <summary>True where a new TCP connection of the attacker to an open port of the victim is answered in time (default 1 s).</summary>
    public async Task<bool> AttackerIsServedAsync(string? target = null, TimeSpan? within = null)
    {
        using var connection = await Attacker.InsideAsync(() => Services.TryConnect(target ?? Victim.Address, Services.Web, within ?? TimeSpan.FromSeconds(1)));
        return connection is not null;
    }

    private static async Task ConnectAsync(Host attacker, Host victim)
    {
        foreach (var host in (Host[])[attacker, victim])
        {
            await IpAsync("netns", "add", host.Namespace);
            // An IPv6 address is of use at once, link-local ones too: duplicate address detection takes a second or two.
            await host.InsideAsync(() =>
            {
                foreach (var which in (string[])["all", "default"]) File.WriteAllText($"/proc/sys/net/ipv6/conf/{which}/accept_dad", "0");
                return true;
            });
        }
        await IpAsync("-n", attacker.Namespace, "link", "add", attacker.Interface, "address", attacker.Ethernet, "type", "veth", "peer", "name", victim.Interface, "address", victim.Ethernet, "netns", victim.Namespace);
        foreach (var host in (Host[])[attacker, victim])
        {
            await IpAsync("-n", host.Namespace, "addr", "add", $"{host.Address}/24", "dev", host.Interface);
            await IpAsync("-n", host.Namespace, "addr", "add", $"{host.Address6}/64", "dev", host.Interface, "nodad");
            await IpAsync("-n", host.Namespace, "link", "set", "lo", "up");
            await IpAsync("-n", host.Namespace, "link", "set", host.Interface, "up");
            // Neighbours know each other: no scan shall wait for an address resolution.
            var other = host == attacker ? victim : attacker;
            foreach (var address in (string[])[other.Address, other.Address6])
                await IpAsync("-n", host.Namespace, "neigh", "add", address, "lladdr", other.Ethernet, "dev", host.Interface, "nud", "permanent");
        }
    }

    private static async Task IpAsync(params string[] arguments) =>
        (await Finished.RunAsync(["ip", .. arguments], TimeSpan.FromSeconds(20))).Must();

    private static async Task RemoveAsync(string name)
    {
        foreach (var end in (string[])["a", "v"])
        {
            var space = $"{name}-{end}";
            if (!File.Exists($"/run/netns/{space}")) continue;
            var processes = await Finished.RunAsync(["ip", "netns", "pids", space], TimeSpan.FromSeconds(20));
            foreach (var id in processes.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                _ = Interop.Libc.Libc.kill(int.Parse(id, CultureInfo.InvariantCulture), Interop.Libc.Libc.SIGKILL);
            await Finished.RunAsync(["ip", "netns", "del", space], TimeSpan.FromSeconds(20));
        }
        var folder = Path.Combine(Path.GetTempPath(), name);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    private static async Task RemoveLeftOversAsync()
    {
        if (!Directory.Exists("/run/netns")) return;
        var names = Directory.EnumerateFiles("/run/netns", $"{Prefix}-*-?").Select(path => Path.GetFileName(path)[..^2]).Distinct();
        foreach (var name in names)
        {
            var part = name.Split('-');
            if (part.Length == 4 && int.TryParse(part[1], CultureInfo.InvariantCulture, out var process) && Owner(process) != $"{part[1]}-{part[2]}")
                await RemoveAsync(name);
        }
    }

    /// <summary>"PID-TICKS": the start time (field 22 of /proc/PID/stat) tells a reused number from the process that made the names.</summary>
    private static string? Owner(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return $"{process}-{stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19]}";
        }
        catch (IOException) { return null; }
    }
}
