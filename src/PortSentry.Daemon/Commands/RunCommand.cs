using System.CommandLine;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using PortSentry.Daemon.Configuration;
using PortSentry.Daemon.Control;
using PortSentry.Daemon.Live;
using PortSentry.Daemon.Wiring;
using PortSentry.Journal;

namespace PortSentry.Daemon.Commands;

/// <summary><c>portsentry run</c>: the daemon, in the foreground.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var state = CommonOptions.StateDirectory();
        var interfaces = new Option<string[]>("--interface") { Description = "Watch this interface; may be given several times." };
        var enforce = new Option<bool>("--enforce") { Description = "Block scanners." };
        var logOnly = new Option<bool>("--log-only") { Description = "Block nobody, whatever the configuration says." };
        var classic = CommonOptions.Classic();
        var dryRun = new Option<bool>("--dry-run") { Description = "Print what would be done about scanners and do nothing; what it learns is kept apart, in STATE-DIR/dry-run." };
        var command = new Command("run", "Watches, decides and answers, in the foreground. SIGTERM stops, SIGHUP reloads.") { config, classic, interfaces, enforce, logOnly, dryRun, state };
        command.Validators.Add(result =>
        {
            if (result.GetValue(enforce) && result.GetValue(logOnly)) result.AddError("--enforce and --log-only exclude each other.");
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(dryRun) && result.GetValue(logOnly)) result.AddError("--dry-run and --log-only exclude each other.");
        });
        command.SetAction(async (parsed, _) =>
        {
            var overrides = new ConfigurationOverrides
            {
                Interfaces = parsed.GetValue(interfaces) is { Length: > 0 } names ? names : null,
                Enforce = parsed.GetValue(enforce) || parsed.GetValue(dryRun) ? true : parsed.GetValue(logOnly) ? false : null,
                StateDirectory = parsed.GetValue(state),
            };
            return await RunAsync(new Origin(parsed.GetValue(config), parsed.GetValue(classic), overrides, parsed.GetValue(dryRun)));
        });
        return command;
    }

    private static async Task<int> RunAsync(Origin origin)
    {
        PortSentryOptions options;
        try
        {
            options = origin.Load();
        }
        catch (ConfigurationException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return ExitCodes.Failed;
        }
        try
        {
            using var loggers = Logging.Create(options.Log);
            using var state = StateDirectory.Hold(options.StateDirectory);
            var logger = loggers.CreateLogger("portsentry");
            foreach (var warning in options.Warnings) DaemonLog.Configuration(logger, warning);

            var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var sentry = new Sentry(options, loggers, TimeProvider.System);
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, stopped));
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, stopped));
            // .NET lets a signal be that was ignored at the start, as nohup leaves it; to us it means "reload" all the same.
            Interop.Libc.signal(Interop.Libc.SIGHUP, Interop.Libc.SIG_DFL);
            using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
            {
                context.Cancel = true;
                _ = Reload(origin, sentry, logger);
            });
            using var control = new ControlServer(
                ControlClient.PathIn(options.StateDirectory), new PeerCheck(options.ControlGroup), new ControlHandler(sentry, () => Reload(origin, sentry, logger)), loggers.CreateLogger("control"));

            // Without the right to capture no waiting helps; an interface that is not there yet may come.
            if (!await sentry.StartAsync() && Interop.Libc.geteuid() != 0) return ExitCodes.Failed;
            await stopped.Task;
            return ExitCodes.Ok;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JournalException)
        {
            Console.Error.WriteLine($"portsentry: {exception.Message}");
            return ExitCodes.Failed;
        }
    }

    private static void Stop(PosixSignalContext context, TaskCompletionSource stopped)
    {
        context.Cancel = true;
        stopped.TrySetResult();
    }

    /// <returns>Null, or what is wrong with the configuration.</returns>
    private static string? Reload(Origin origin, Sentry sentry, ILogger logger)
    {
        try
        {
            sentry.Reload(origin.Load());
            return null;
        }
        catch (ConfigurationException exception)
        {
            DaemonLog.ReloadRefused(logger, exception.Message);
            return exception.Message;
        }
    }

    /// <summary>Where the configuration comes from: read at the start and again at SIGHUP.</summary>
    private sealed record Origin(string? Config, string? Classic, ConfigurationOverrides Overrides, bool DryRun)
    {
        public PortSentryOptions Load()
        {
            var options = Classic is null
                ? ConfigurationLoader.Load(Config, Overrides.ToSource())
                : ConfigurationLoader.LoadClassic(Classic, Config, Overrides.ToSource());
            return DryRun ? options with { DryRun = true, StateDirectory = Path.Combine(options.StateDirectory, "dry-run") } : options;
        }
    }
}
