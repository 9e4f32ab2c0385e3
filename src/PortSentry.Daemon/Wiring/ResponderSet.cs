using Microsoft.Extensions.Logging;
using PortSentry.Daemon.Classic;
using PortSentry.Daemon.Configuration;
using PortSentry.Daemon.Live;
using PortSentry.Responders;

namespace PortSentry.Daemon.Wiring;

/// <summary>The responders that the configuration lists, each made by its line in <see cref="Registry"/>.</summary>
internal sealed record ResponderSet(IReadOnlyList<IBlockResponder> Blocks, IReadOnlyList<INoticeResponder> Notices)
{
    public static ResponderSet Create(PortSentryOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        var services = new ResponderServices(time, loggers.CreateLogger("responders"));
        var names = options.Classic is { Enabled: true, ResolveHost: true } ? HostNames.OfSystem(time) : null;
        var blocks = new List<IBlockResponder>();
        var notices = new List<INoticeResponder> { new ConsoleReporter(Console.Out) };
        foreach (var choice in options.Responders)
        {
            if (Registry.Blocks.TryGetValue(choice.Kind, out var block)) blocks.Add(block.Create(choice.Name, choice.Options, services));
            else notices.Add(Registry.Notices[choice.Kind].Create(choice.Name, choice.Options, services));
        }

        if (options.Classic.Enabled) AddClassic(options.Classic, blocks, notices, names, time);

        // A dry run tells nobody but the terminal what did not happen.
        if (options.DryRun)
            return new ResponderSet([.. blocks.Select(static one => new DryRun(one, Console.Out.WriteLine))], [Named(new ConsoleReporter(Console.Out), names)]);
        return new ResponderSet(blocks, [.. notices.Select(one => Named(one, names))]);
    }

    private static void AddClassic(ClassicOptions classic, List<IBlockResponder> blocks, List<INoticeResponder> notices, HostNames? names, TimeProvider time)
    {
        if (ClassicAnswers.AreNeeded(classic))
            for (var i = 0; i < blocks.Count; i++) blocks[i] = new ClassicAnswers(blocks[i], classic);
        if (classic.HistoryFile is null && classic.BlockedFile is null) return;
        var files = new ClassicBlockFiles(classic.HistoryFile, classic.BlockedFile, time);
        notices.Add(new ClassicBlockReporter(files, ClassicModes.Of(classic), names));
    }

    private static INoticeResponder Named(INoticeResponder reporter, HostNames? names) =>
        names is null || reporter is ClassicBlockReporter ? reporter : new NamingReporter(reporter, names);
}
