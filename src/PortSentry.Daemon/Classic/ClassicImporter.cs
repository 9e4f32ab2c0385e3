using System.Globalization;
using PortSentry.Core.Detection;
using PortSentry.Daemon.Configuration;
using PortSentry.Daemon.Hocon;

namespace PortSentry.Daemon.Classic;

/// <summary>
/// Classic files to HOCON, line by line: each key that is taken names its line, each key that means something else here has a note, and so
/// has each line that was not taken. Never throws for what a file holds.
/// </summary>
public static class ClassicImporter
{
    /// <param name="conf">portsentry.conf of 1.2, Debian or 2.x.</param>
    /// <param name="ignores">portsentry.ignore and portsentry.ignore.static.</param>
    /// <param name="defaults">/etc/default/portsentry: TCP_MODE and UDP_MODE.</param>
    public static ClassicImport Import(ClassicInput? conf, IReadOnlyList<ClassicInput> ignores, ClassicInput? defaults)
    {
        var draft = new ClassicDraft();
        draft.Set("profile", "classic", "", null);
        var confFile = conf is null ? null : ClassicFileParser.Parse(conf.Name, conf.Text, ClassicFileParser.ConfKeys);
        var defaultFile = defaults is null ? null : ClassicFileParser.Parse(defaults.Name, defaults.Text, ClassicFileParser.DefaultKeys);
        foreach (var file in (IEnumerable<ClassicFile?>)[confFile, defaultFile])
        {
            draft.Notes.AddRange(file?.Notes ?? []);
            if (file is { Entries: [] }) draft.Note(ClassicNoteKind.Refused, file.Name, null, "no setting of PortSentry stands in it");
        }
        Modes(draft, defaultFile, confFile);
        if (confFile is not null) new ClassicConfImport(draft, confFile).Run();
        foreach (var ignore in ignores) Ignore(draft, ignore, confFile);
        string?[] order = [defaults?.Name, conf?.Name, .. ignores.Select(i => i.Name)];
        return new ClassicImport(draft.ToString(), [.. draft.Notes.OrderBy(n => Array.IndexOf(order, n.File)).ThenBy(n => n.Line)]);
    }

    private static void Modes(ClassicDraft draft, ClassicFile? defaults, ClassicFile? conf)
    {
        draft.Heading("Modes");
        Mode("TCP_MODE", "classic.tcp-mode", ClassicModes.Tcp, "TCP_PORTS");
        Mode("UDP_MODE", "classic.udp-mode", ClassicModes.Udp, "UDP_PORTS");

        void Mode(string key, string path, IReadOnlyList<string> words, string ports)
        {
            var file = defaults?.Name ?? "/etc/default/portsentry";
            var entry = defaults?.Find(key);
            var word = entry?.Value.TrimStart('-').ToLowerInvariant();
            if (word is not null && words.Contains(word))
            {
                draft.Set(path, word, file, entry);
                return;
            }

            if (entry is not null) draft.Note(ClassicNoteKind.Refused, file, entry, $"{HoconText.Quote(word!)} is no mode ({string.Join(", ", words)})");
            if (defaults is not null)
            {
                // Debian's init script starts nothing for a protocol without a mode.
                draft.Set(path, "off", file, null);
                return;
            }

            var watched = conf?.Find(ports) is not null;
            draft.Set(path, watched ? words[1] : "off", file, null);
            if (watched) draft.Note(ClassicNoteKind.Differs, conf!.Name, conf.Find(ports), $"no file names the mode (1.2 takes it from the command line): {words[1]} is assumed, as 2.x does");
        }
    }

    private static void Ignore(ClassicDraft draft, ClassicInput input, ClassicFile? conf)
    {
        var file = ClassicIgnoreFile.Parse(input.Name, input.Text);
        draft.Notes.AddRange(file.Notes);
        if (conf?.Find("IGNORE_FILE") is { } named && ClassicRepair.Path(named.Value, []) == input.Name) return;
        draft.Heading($"From {HoconText.Quote(input.Name)}");
        foreach (var entry in file.Entries)
            draft.Set("ignore", "+= " + HoconText.Quote(entry.Prefix.ToString()), input.Name, new ClassicEntry("entry", "", entry.Line));
    }

    /// <summary>A list of ports in HOCON.</summary>
    internal static string Ports(IEnumerable<PortRange> ports) => string.Create(CultureInfo.InvariantCulture, $"[{string.Join(", ", ports.Select(PortRangeReader.Write))}]");
}
