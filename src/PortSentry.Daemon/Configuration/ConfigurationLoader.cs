using System.Reflection;
using Microsoft.Extensions.Logging;
using PortSentry.Capture.Contacts;
using PortSentry.Capture.Filter;
using PortSentry.Daemon.Classic;
using PortSentry.Daemon.Hocon;
using PortSentry.Journal.Sqlite;

namespace PortSentry.Daemon.Configuration;

/// <summary>The built-in config/portsentry.conf, a file over it, the command line over both; then the profile, then strict binding.</summary>
public static class ConfigurationLoader
{
    public const string DefaultPath = "/etc/portsentry/portsentry.conf";

    /// <summary>What errors and 'portsentry check' call the built-in file.</summary>
    public const string BuiltIn = "built-in";

    private const string Root = "portsentry";

    /// <param name="path">A HOCON file; null takes <see cref="DefaultPath"/> where that exists and is no classic file.</param>
    /// <param name="overrides">Over the file, the last the strongest.</param>
    /// <exception cref="ConfigurationException">Everything that is wrong, with file, line, key and what would be valid.</exception>
    public static PortSentryOptions Load(string? path, params IReadOnlyList<HoconSource> overrides)
    {
        var warnings = new List<string>();
        var sources = new List<HoconSource> { Reference() };
        if (ReadFile(path, warnings) is { } file) sources.Add(file);
        sources.AddRange(overrides);
        return Load(new HoconLoader(), sources, warnings);
    }

    /// <summary>Classic files run on directly: what they say over the built-in file, a HOCON file for what they have no words for over that.</summary>
    /// <param name="directory">As /etc/portsentry.</param>
    /// <param name="path">A HOCON file, or null for none.</param>
    /// <exception cref="ConfigurationException">The files cannot be read, or something in them cannot be used.</exception>
    public static PortSentryOptions LoadClassic(string directory, string? path, params IReadOnlyList<HoconSource> overrides)
    {
        ClassicImport import;
        try
        {
            import = ClassicDirectory.Import(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{directory} cannot be run on: {e.Message}", e);
        }

        List<string> warnings = [.. import.Notes.Select(static note => note.ToString())];
        var sources = new List<HoconSource> { Reference(), new($"{directory} (classic)", import.Hocon) };
        if (path is not null && ReadFile(path, warnings) is { } file) sources.Add(file);
        sources.AddRange(overrides);
        return Load(new HoconLoader(), sources, warnings);
    }

    /// <summary>The same with sources at hand, the weakest first; <see cref="Reference"/> belongs at the start.</summary>
    /// <exception cref="ConfigurationException">Everything that is wrong, with file, line, key and what would be valid.</exception>
    public static PortSentryOptions Load(HoconLoader loader, IReadOnlyList<HoconSource> sources, IEnumerable<string>? warnings = null)
    {
        try
        {
            return Bind(loader.Load(sources), [.. warnings ?? []]);
        }
        catch (HoconException e)
        {
            throw new ConfigurationException([new ConfigurationProblem(e.Origin, e.Key ?? "configuration", e.Problem, e.Valid)]);
        }
    }

    /// <summary>config/portsentry.conf as it was built in.</summary>
    public static HoconSource Reference()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("portsentry.conf") ?? throw new InvalidOperationException("The built-in configuration is missing: broken build.");
        using var reader = new StreamReader(stream);
        return new HoconSource(BuiltIn, reader.ReadToEnd());
    }

    private static HoconSource? ReadFile(string? path, List<string> warnings)
    {
        var full = Path.GetFullPath(path ?? DefaultPath);
        string? text;
        try
        {
            text = DiskFiles.Instance.Read(full, HoconLimits.Default.SourceLength);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{full} cannot be read: {e.Message}", e);
        }

        if (text is null) return path is null ? null : throw new ConfigurationException($"{full} does not exist.");
        if (!ClassicFileParser.LooksClassic(text)) return new HoconSource(full, text, Path.GetDirectoryName(full));
        if (path is not null)
            throw new ConfigurationException($"{full} is a classic PortSentry configuration: run with --classic {Path.GetDirectoryName(full)}, or convert it once with 'portsentry import --conf {full}'.");
        warnings.Add($"{full} is a classic PortSentry configuration and is not used: run with --classic {Path.GetDirectoryName(full)}, or convert it with 'portsentry import'.");
        return null;
    }

    private static PortSentryOptions Bind(HoconObject tree, List<string> warnings)
    {
        var problems = new List<ConfigurationProblem>();
        foreach (var field in tree.Fields)
        {
            if (field.Key is Root or "vars") continue;
            var near = Nearest.To(field.Key, [Root, "vars"]);
            problems.Add(new ConfigurationProblem(field.Origin, field.Key, near is null ? "unknown key" : $"unknown key; did you mean {near}?", "portsentry { … }, and vars { … } for names of your own"));
        }

        if (tree.Find(Root) is not HoconObject written) throw new ConfigurationException([new ConfigurationProblem(tree.Origin, Root, "is no object", "portsentry { … }")]);
        var merged = ProfileLayer.Apply(written, Root, problems);
        var options = Bind(new Section(merged, Root, problems), merged, warnings);
        return problems.Count == 0 ? options : throw new ConfigurationException(problems);
    }

    private static PortSentryOptions Bind(Section root, HoconObject tree, List<string> warnings)
    {
        var detection = root.Inner("detection");
        var gate = root.Inner("gate");
        var response = root.Inner("response");
        var log = root.Inner("log");
        var control = root.Inner("control");
        var journal = BindJournal(root.Inner("journal"));
        root.Optional(ProfileLayer.Sets);
        var entries = GateOptions.EntriesIn(gate.Size("memory", 1 << 20, 1L << 34));
        var options = new PortSentryOptions
        {
            Interfaces = BindInterfaces(root),
            Home = BindHome(root),
            StateDirectory = root.Text("state-dir", "an absolute path", Path.IsPathFullyQualified),
            Profile = root.Text("profile"),
            Ignore = root.Prefixes("ignore"),
            IgnoreFile = root.PathOrNone("ignore-file"),
            Detection = DetectionSection.Bind(detection),
            TrapPorts = DetectionSection.BindTrapPorts(detection.Inner("trap-ports")),
            Classic = ClassicSection.Bind(root.Inner("classic")),
            Gate = new GateOptions
            {
                MaxContacts = gate.WholeOrAuto("max-contacts", 1024, 1 << 28) ?? entries,
                MaxSources = gate.WholeOrAuto("max-sources", 1024, 1 << 28) ?? entries,
                Window = gate.Duration("window", TimeSpan.FromSeconds(10), TimeSpan.FromDays(30)),
                FloodSourcesPerSecond = gate.Whole("flood-sources-per-second", 1, 10_000_000),
                Grace = detection.Duration("grace", TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10)),
                AnswerWait = detection.Duration("answer-wait", TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)),
                HalfOpenRepeats = detection.Whole("half-open-repeats", 1, 10),
            },
            Capture = BindCapture(root.Inner("capture")),
            Response = ResponseSection.BindPolicy(response.Inner("block"), root.Switch("enforce")),
            Tripwire = response.Switch("tripwire"),
            Challenge = response.Switch("challenge"),
            Hold = HoldOptions.Bind(response.Inner("hold")),
            Reconcile = response.Duration("reconcile", TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
            SessionPorts = BindSessionPorts(response.Inner("protect")),
            Responders = ResponseSection.BindResponders(response),
            Journal = journal,
            Cluster = ClusterSection.Bind(root.Inner("cluster"), journal.Kind),
            ControlGroup = control.Text("group", "a group name, or \"\" for root only", t => t.Length <= 32 && !t.Contains(':', StringComparison.Ordinal)) is { Length: > 0 } group ? group : null,
            Log = new LogOptions(
                log.Choice("level", ("verbose", LogLevel.Trace), ("debug", LogLevel.Debug), ("information", LogLevel.Information), ("warning", LogLevel.Warning), ("error", LogLevel.Error)),
                log.PathOrNone("file")),
            Warnings = warnings,
            Tree = tree,
        };
        foreach (var section in (Section[])[detection, gate, response, log, control, root]) section.Finish();
        return ClassicDetection.Over(options);
    }

    private static IReadOnlyList<string> BindInterfaces(Section root)
    {
        // IFNAMSIZ: 15 bytes and a zero.
        var names = root.Texts("interfaces", "auto, or names of interfaces of at most 15 characters", n => n.Length <= 15 && !n.AsSpan().ContainsAny("/ \t\n"));
        if (names.Count == 0) root.ProblemAt("interfaces", "an empty list", "auto, or names of interfaces");
        if (names.Count > 1 && names.Contains("auto")) root.ProblemAt("interfaces", "auto beside names", "auto alone, or names");
        return names;
    }

    private static HomeOptions BindHome(Section root) => root.Optional("home")?.Value switch
    {
        HoconScalar { Text: "auto" } or HoconArray { Items: [HoconScalar { Text: "auto" }] } => new HomeOptions(HomeKind.Auto, []),
        HoconScalar { Text: "any" } or HoconArray { Items: [HoconScalar { Text: "any" }] } => new HomeOptions(HomeKind.Any, []),
        HoconArray { Items: [] } empty => Empty(root, empty),
        _ => new HomeOptions(HomeKind.Networks, root.Prefixes("home")),
    };

    private static HomeOptions Empty(Section root, HoconArray value)
    {
        root.Problem(value.Origin, "home", "an empty list: nothing would be guarded", "auto, any or prefixes");
        return new HomeOptions(HomeKind.Auto, []);
    }

    private static IReadOnlyList<ushort> BindSessionPorts(Section section)
    {
        // Each port is a question to the kernel: not for a thousand of them.
        var ports = section.Ports("session-ports").SelectMany(static range => Enumerable.Range(range.First, range.Last - range.First + 1)).Take(65).ToList();
        if (ports.Count > 64) section.ProblemAt("session-ports", "too many ports", "at most 64");
        section.Finish();
        return [.. ports.Select(static port => (ushort)port)];
    }

    private static CaptureOptions BindCapture(Section section)
    {
        var options = new CaptureOptions(
            section.Choice("source", ("ring", CaptureSourceKind.Ring), ("libpcap", CaptureSourceKind.Libpcap)),
            section.Whole("snaplen", 96, 262_144),
            section.Size("buffer", 1 << 20, 1L << 32),
            section.Switch("promiscuous"),
            [.. section.Ports("busy-udp-ports").SelectMany(static range => Enumerable.Range(range.First, range.Last - range.First + 1)).Select(static port => (ushort)port)]);
        if (options.BusyUdpPorts.Count > KernelFilter.MaxBusyPorts)
            section.ProblemAt("busy-udp-ports", $"{options.BusyUdpPorts.Count} ports", $"{KernelFilter.MaxBusyPorts} at most");
        section.Finish();
        return options;
    }

    private static JournalOptions BindJournal(Section section)
    {
        var sqlite = section.Inner("sqlite");
        var postgreSql = section.Inner("postgresql");
        var options = new JournalOptions(
            section.Choice("kind", ("sqlite", JournalKind.Sqlite), ("postgresql", JournalKind.PostgreSql)),
            sqlite.Choice("synchronous", ("off", SqliteSynchronous.Off), ("normal", SqliteSynchronous.Normal), ("full", SqliteSynchronous.Full)),
            postgreSql.Text("connection-string"),
            section.Duration("keep", TimeSpan.FromDays(1), TimeSpan.FromDays(3650)));
        if (options.Kind == JournalKind.PostgreSql && options.ConnectionString.Length == 0)
            postgreSql.ProblemAt("connection-string", "empty, while kind = postgresql", "such as \"Host=/run/postgresql;Database=portsentry\"");
        foreach (var inner in (Section[])[sqlite, postgreSql, section]) inner.Finish();
        return options;
    }
}
