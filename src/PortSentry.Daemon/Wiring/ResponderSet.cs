using Microsoft.Extensions.Logging;
using PortSentry.Daemon.Classic;
using PortSentry.Daemon.Configuration;
using PortSentry.Daemon.Live;
using PortSentry.Responders;

namespace PortSentry.Daemon.Wiring;

/// <summary>The responders that the configuration lists, each made by its line in <see cref="Registry"/>.</summary>
internal sealed class ResponderSet
{
    private readonly PortSentryOptions _options;

    // By the name in the configuration, as dressed below.
    private readonly Dictionary<string, IAsyncDisposable> _made = [];

    private ResponderSet(PortSentryOptions options) => _options = options;

    public IReadOnlyList<IBlockResponder> Blocks => [.. _made.Values.OfType<IBlockResponder>()];

    public IReadOnlyList<INoticeResponder> Notices => [.. _made.Values.OfType<INoticeResponder>()];

    /// <param name="former">After a reload: what is configured as before is taken over from it.</param>
    public static ResponderSet Create(PortSentryOptions options, ILoggerFactory loggers, TimeProvider time, ResponderSet? former = null)
    {
        var set = new ResponderSet(options);
        var classic = options.Classic;
        var services = new ResponderServices(time, loggers.CreateLogger("responders"));
        var names = classic is { Enabled: true, ResolveHost: true } ? HostNames.OfSystem(time) : null;
        var kept = former is not null && SurroundingsOf(former._options) == SurroundingsOf(options) ? former : null;

        Add("console", () => Named(new ConsoleReporter(Console.Out)));
        foreach (var choice in options.Responders)
        {
            var same = kept?._options.Responders.Any(one => one.Name == choice.Name && RecordSection.AreSame(one.Options, choice.Options)) == true;
            if (Registry.Blocks.TryGetValue(choice.Kind, out var block)) Add(choice.Name, () => Dressed(block.Create(choice.Name, choice.Options, services)), same);
            // A dry run tells nobody but the terminal what did not happen.
            else if (!options.DryRun) Add(choice.Name, () => Named(Registry.Notices[choice.Kind].Create(choice.Name, choice.Options, services)), same);
        }
        if (classic.Enabled && !options.DryRun && (classic.HistoryFile is not null || classic.BlockedFile is not null))
            Add("classic-files", () => new ClassicBlockReporter(new ClassicBlockFiles(classic.HistoryFile, classic.BlockedFile, time), ClassicModes.Of(classic), names));
        return set;

        void Add(string name, Func<IAsyncDisposable> make, bool same = true) =>
            set._made.Add(name, same && kept?._made.TryGetValue(name, out var made) == true ? made : make());

        IBlockResponder Dressed(IBlockResponder responder)
        {
            if (classic.Enabled && ClassicAnswers.AreNeeded(classic)) responder = new ClassicAnswers(responder, classic);
            return options.DryRun ? new DryRun(responder, Console.Out.WriteLine) : responder;
        }

        INoticeResponder Named(INoticeResponder reporter) => names is null ? reporter : new NamingReporter(reporter, names);
    }

    /// <summary>Responders of another set whose traces those of this one take over: by their <see cref="IBlockResponder.Name"/>.</summary>
    public IReadOnlyList<string> HandoversFrom(ResponderSet former) =>
    [
        .. from choice in _options.Responders
           from one in former._options.Responders
           where one.Name == choice.Name && one.Options.Traces == choice.Options.Traces && _made[choice.Name] is IBlockResponder
           select ((IBlockResponder)_made[choice.Name]).Name,
    ];

    // What every one of them is dressed with.
    private static (bool, ClassicAnswer, ClassicAnswer, bool, string?, string?) SurroundingsOf(PortSentryOptions options) => options.Classic is { Enabled: true } classic
        ? (true, classic.BlockTcp, classic.BlockUdp, classic.ResolveHost, classic.HistoryFile, classic.BlockedFile)
        : default;
}
