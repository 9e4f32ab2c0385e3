using System.Diagnostics;
using PortSentry.EndToEnd.Interop.Libc;

namespace PortSentry.EndToEnd.Lab;

/// <summary>
/// The real daemon in the victim's namespace, started as an administrator would. Its launcher is $PORTSENTRY, or else the one
/// that was built together with these tests.
/// </summary>
internal sealed class Daemon : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(20);
    private readonly Host _host;
    private readonly RunningProgram _program;
    private readonly Stopwatch _running = Stopwatch.StartNew();

    private Daemon(Host host, RunningProgram program, string stateFolder)
    {
        _host = host;
        _program = program;
        StateFolder = stateFolder;
    }

    public static string Launcher
    {
        get
        {
            var path = Environment.GetEnvironmentVariable("PORTSENTRY") is { Length: > 0 } given
                ? given
                : Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../PortSentry.Daemon", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "portsentry"));
            return File.Exists(path) ? path : throw new InvalidOperationException($"There is no daemon at {path}: run ./build.sh publish, or set PORTSENTRY to its launcher.");
        }
    }

    public string StateFolder { get; }

    /// <summary>From the start of the process to the line that says it listens.</summary>
    public TimeSpan StartTook { get; private set; }

    /// <summary>Since it began to watch.</summary>
    public TimeSpan Age => _running.Elapsed;

    public string Log => _program.Text;

    public IReadOnlyCollection<StampedLine> Lines => _program.Lines;

    public bool HasExited => _program.HasExited;

    /// <summary>Starts with `run --interface … --enforce --state-dir …` and returns when it listens.</summary>
    /// <param name="configuration">HOCON, or null for none at all.</param>
    /// <param name="before">A program that becomes the daemon by exec, and its arguments.</param>
    public static async Task<Daemon> StartAsync(
        TwoHosts hosts, string? configuration = null, bool enforce = true, Action<StampedLine>? seen = null, IReadOnlyList<string>? before = null)
    {
        var state = Path.Combine(hosts.Folder, "state");
        List<string> command = [.. before ?? [], Launcher, "run", "--interface", hosts.Victim.Interface, enforce ? "--enforce" : "--log-only", "--state-dir", state];
        if (configuration is not null)
        {
            var file = Path.Combine(hosts.Folder, "portsentry.conf");
            await File.WriteAllTextAsync(file, configuration);
            command.AddRange(["--config", file]);
        }
        var clock = Stopwatch.StartNew();
        var program = hosts.Victim.Start(command, seen);
        var daemon = new Daemon(hosts.Victim, program, state);
        try { await daemon.LineAsync("adminalert: PortSentry is now active and listening.", StartPatience); }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
        daemon.StartTook = clock.Elapsed;
        return daemon;
    }

    public Task<StampedLine> LineAsync(string part, TimeSpan? within = null) => _program.LineAsync(part, within ?? TimeSpan.FromSeconds(10));

    /// <summary>Any sub-command, as an administrator would type it on the victim.</summary>
    public Task<Finished> CliAsync(params IEnumerable<string> arguments) => CliAsync(_host, StateFolder, arguments);

    public static Task<Finished> CliAsync(Host host, string stateFolder, IEnumerable<string> arguments) =>
        host.RunAsync([Launcher, .. arguments, "--state-dir", stateFolder]);

    /// <summary>A sub-command that reads, as JSON.</summary>
    public async Task<JsonAnswer> AskAsync(params IEnumerable<string> arguments) =>
        JsonAnswer.Parse((await CliAsync([.. arguments, "--format", "json"])).Must());

    /// <summary>kill -9: nothing is written, nothing is taken back.</summary>
    public async Task KillAsync()
    {
        _program.Signal(Libc.SIGKILL);
        if (await _program.ExitAsync(TimeSpan.FromSeconds(5)) is null) throw new TimeoutException("the daemon survived SIGKILL");
    }

    /// <summary>SIGTERM: its exit status and how long it took; null where it did not end in 10 s.</summary>
    public async Task<(int? ExitCode, TimeSpan Took)> StopAsync()
    {
        var clock = Stopwatch.StartNew();
        _program.Signal(Libc.SIGTERM);
        var code = await _program.ExitAsync(TimeSpan.FromSeconds(10));
        return (code, clock.Elapsed);
    }

    /// <summary>SIGHUP with another text in the file that it was started with; returns when it has been read.</summary>
    public async Task ReloadAsync(string configuration, string said = "Configuration reloaded")
    {
        var before = Count();
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(StateFolder)!, "portsentry.conf"), configuration);
        _program.Signal(Libc.SIGHUP);
        if (!await Until.TrueAsync(() => Count() > before, TimeSpan.FromSeconds(10))) throw new TimeoutException($"it did not say '{said}':\n{Log}");

        int Count() => _program.Lines.Count(line => line.Text.Contains(said, StringComparison.Ordinal));
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();
}
