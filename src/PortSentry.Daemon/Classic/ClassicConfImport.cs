using System.Globalization;
using PortSentry.Daemon.Hocon;

namespace PortSentry.Daemon.Classic;

/// <summary>The keys of portsentry.conf, one method a kind of key.</summary>
internal sealed class ClassicConfImport(ClassicDraft draft, ClassicFile file)
{
    // 1.2 counts packets in a ring of 50: a larger trigger was never reached.
    private const int LargestTrigger = 1000;

    public void Run()
    {
        draft.Heading("Ports");
        Ports("TCP_PORTS", "classic.tcp-ports");
        Ports("UDP_PORTS", "classic.udp-ports");
        Below("ADVANCED_PORTS_TCP", "classic.advanced.tcp.below");
        Below("ADVANCED_PORTS_UDP", "classic.advanced.udp.below");
        Ports("ADVANCED_EXCLUDE_TCP", "classic.advanced.tcp.exclude");
        Ports("ADVANCED_EXCLUDE_UDP", "classic.advanced.udp.exclude");
        Trigger();
        Banner();

        draft.Heading("Files");
        File("IGNORE_FILE", "ignore-file", null);
        File("HISTORY_FILE", "classic.history-file", "2.x's one-line format is not written, but 1.2's");
        File("BLOCKED_FILE", "classic.blocked-file", "it is written, not read: what is blocked is in the journal and survives a restart");
        Resolve();

        draft.Heading("Answers");
        var tcp = Answer("BLOCK_TCP", "classic.block-tcp");
        var udp = Answer("BLOCK_UDP", "classic.block-udp");
        draft.Set("enforce", tcp > 0 || udp > 0 ? "on" : "off", "", null);
        Responders();
    }

    private void Ports(string key, string path)
    {
        if (file.Find(key) is not { } entry) return;
        var ports = ClassicPorts.Read(entry.Value, out var bad);
        foreach (var said in bad) Note(ClassicNoteKind.Refused, entry, said);
        draft.Set(path, ClassicImporter.Ports(ports), file.Name, entry);
    }

    private void Below(string key, string path)
    {
        if (file.Find(key) is not { } entry) return;
        if (int.TryParse(entry.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var below) && below is >= 1 and <= 65536)
            draft.Set(path, below.ToString(CultureInfo.InvariantCulture), file.Name, entry);
        else
            Note(ClassicNoteKind.Refused, entry, "no number from 1 to 65536: the default 1024 stays");
    }

    private void Trigger()
    {
        if (file.Find("SCAN_TRIGGER") is not { } entry) return;
        if (!int.TryParse(entry.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var trigger) || trigger > LargestTrigger)
        {
            Note(ClassicNoteKind.Refused, entry, $"no number from 0 to {LargestTrigger}: the default 0 stays");
            return;
        }

        draft.Set("classic.scan-trigger", trigger.ToString(CultureInfo.InvariantCulture), file.Name, entry);
        Note(ClassicNoteKind.Differs, entry, "distinct ports of one source are counted, with a half-life; 1.2 counts packets of any port in a ring of 50 for all hosts, without a clock");
    }

    private void Banner()
    {
        if (file.Find("PORT_BANNER") is not { } entry) return;
        draft.Set("classic.banner", HoconText.Quote(entry.Value.Length <= 1000 ? entry.Value : entry.Value[..1000]), file.Name, entry);
        if (entry.Value.Length > 1000) Note(ClassicNoteKind.Repaired, entry, "cut to 1000 characters");
    }

    private void File(string key, string path, string? differs)
    {
        if (file.Find(key) is not { } entry) return;
        var repairs = new List<string>();
        var name = ClassicRepair.Path(entry.Value, repairs);
        foreach (var said in repairs) Note(ClassicNoteKind.Repaired, entry, said);
        if (!Path.IsPathFullyQualified(name) || name.Any(char.IsControl))
        {
            Note(ClassicNoteKind.Refused, entry, $"{HoconText.Quote(name)} is no absolute path");
            return;
        }

        draft.Set(path, HoconText.Quote(name), file.Name, entry);
        if (differs is not null) Note(ClassicNoteKind.Differs, entry, differs);
    }

    private void Resolve()
    {
        if (file.Find("RESOLVE_HOST") is not { } entry) return;

        // "Setting it to 0 (or any other value) will shut it off."
        draft.Set("classic.resolve-host", entry.Value == "1" ? "on" : "off", file.Name, entry);
        if (entry.Value is not ("0" or "1")) Note(ClassicNoteKind.Repaired, entry, "neither 0 nor 1: taken as off, as 1.2 does");
    }

    /// <returns>0, 1 or 2.</returns>
    private int Answer(string key, string path)
    {
        if (file.Find(key) is not { } entry) return 0;
        var (number, word) = entry.Value switch
        {
            "0" => (0, "none"),
            "1" => (1, "all"),
            "2" => (2, "command"),
            _ => (-1, "none"),
        };
        if (number < 0) Note(ClassicNoteKind.Refused, entry, $"{HoconText.Quote(entry.Value)} is none of 0, 1 and 2: nothing is blocked");
        draft.Set(path, word, file.Name, entry);
        if (number > 0) Note(ClassicNoteKind.Differs, entry, "a block ends by itself (response.block): 10 minutes at first, longer for those who come again; 1.2's never end");
        return number;
    }

    private void Responders()
    {
        // 1.2's order: hosts.deny, route, command.
        var names = new List<string> { "syslog" };
        if (HostsDeny()) names.Add("hosts-deny");
        if (KillRoute()) names.Add("kill-route");
        if (RunCommand()) names.Add("command");
        draft.Set("response.responders", "[" + string.Join(", ", names) + "]", "", null);
        draft.Set("response.tripwire", "off", "", null);
    }

    private bool HostsDeny()
    {
        if (file.Find("KILL_HOSTS_DENY") is not { } entry) return false;
        var repairs = new List<string>();
        var line = ClassicRepair.Token(entry.Value, repairs);
        foreach (var said in repairs) Note(ClassicNoteKind.Repaired, entry, said);
        if (!HasTarget(line, entry)) return false;
        draft.Set("response.hosts-deny.line", HoconText.Quote(line), file.Name, entry);
        Note(ClassicNoteKind.Differs, entry, "a line is written once and taken out when the block ends; 1.2 appends it again and never takes one out");
        return true;
    }

    private bool KillRoute()
    {
        if (file.Find("KILL_ROUTE") is not { } entry || Command(entry) is not { } command) return false;
        if (!HasTarget(string.Join(' ', command.Arguments) + command.Input, entry)) return false;
        if (command.Arguments.Concat(command.Undo ?? []).Any(a => a is "333.444.555.666" or "external_interface"))
        {
            Note(ClassicNoteKind.Refused, entry, "an example that was never filled in (333.444.555.666 or external_interface)");
            return false;
        }

        draft.Set("response.kill-route.run", HoconText.Quote(ClassicDraft.Template(command.Arguments)), file.Name, entry);
        if (command.Input is not null) draft.Set("response.kill-route.input", HoconText.Quote(command.Input), file.Name, null);
        if (command.Undo is not null) draft.Set("response.kill-route.undo", HoconText.Quote(ClassicDraft.Template(command.Undo)), file.Name, null);
        Note(ClassicNoteKind.Differs, entry, command.Undo is null
            ? "no way back is known for it: add response.kill-route.undo, or its blocks stay when they should end"
            : "run without a shell, its exit status is checked, and it is taken back with response.kill-route.undo when the block ends");
        var program = Path.GetFileName(command.Arguments[0]);
        if (program is "ipfwadm" or "ipchains") Note(ClassicNoteKind.Differs, entry, "no kernel of today has it; consider the responder nftables");
        if (program is "iptables" && command.Arguments.Contains("INPUT")) OfferIptables(entry);
        return true;
    }

    // The command stays: its line in the log is what rules of old match.
    private void OfferIptables(ClassicEntry entry)
    {
        draft.Set("response.iptables.table", "filter", "", null);
        draft.Set("response.iptables.hook", "INPUT", "", null);
        Note(ClassicNoteKind.Differs, entry, "iptables in place of kill-route in response.responders does the same and puts its rules back where somebody flushes them; or ipset, one rule for any number of addresses");
    }

    private bool RunCommand()
    {
        var first = file.Find("KILL_RUN_CMD_FIRST");
        if (file.Find("KILL_RUN_CMD") is not { } entry)
        {
            if (first is not null) Note(ClassicNoteKind.Refused, first, "there is no KILL_RUN_CMD");
            return false;
        }

        if (Command(entry) is not { } command) return false;
        draft.Set("response.command.run", HoconText.Quote(ClassicDraft.Template(command.Arguments)), file.Name, entry);
        if (command.Input is not null) draft.Set("response.command.input", HoconText.Quote(command.Input), file.Name, null);
        draft.Set("response.command.order", first?.Value == "1" ? "before" : "after", file.Name, first);
        if (first is not null && first.Value is not ("0" or "1")) Note(ClassicNoteKind.Repaired, first, "neither 0 nor 1: taken as 0, after the block");
        Note(ClassicNoteKind.Differs, entry, "run without a shell, beside the block and not before it in line, and stopped after a time");
        return true;
    }

    private ClassicCommand? Command(ClassicEntry entry)
    {
        var command = ClassicCommand.Read(entry.Value, out var reason);
        if (command is null) Note(ClassicNoteKind.Refused, entry, reason ?? "no command");
        foreach (var said in command?.Repairs ?? []) Note(ClassicNoteKind.Repaired, entry, said);
        if (command is null || Path.IsPathFullyQualified(command.Arguments[0])) return command;
        Note(ClassicNoteKind.Repaired, entry, $"{HoconText.Quote(command.Arguments[0])} is looked for in PATH; an absolute path is safer");
        return command;
    }

    private bool HasTarget(string text, ClassicEntry entry)
    {
        if (text.Contains("$TARGET$", StringComparison.Ordinal)) return true;
        Note(ClassicNoteKind.Refused, entry, "it does not hold $TARGET$, so it can block nobody");
        return false;
    }

    private void Note(ClassicNoteKind kind, ClassicEntry entry, string said) => draft.Note(kind, file.Name, entry, said);
}
