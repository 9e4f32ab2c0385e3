using PortSentry.Core.Addresses;
using PortSentry.Daemon.Classic;
using PortSentry.Responders;

namespace PortSentry.Daemon.Tests.Classic;

public sealed class ClassicBlockReporterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("portsentry-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_block_is_one_line_however_many_responders_hold_it_and_another_after_its_end()
    {
        await using var reporter = Reporter();
        await reporter.StartAsync(default);
        foreach (var what in (string[])["block", "block", "unblock", "block"]) Assert.True((await reporter.NotifyAsync(Notice(what), default)).Ok);
        Assert.Equal(2, File.ReadAllLines(Path.Combine(_folder, "history")).Length);
        Assert.EndsWith("Host: 192.0.2.1/192.0.2.1 Port: 143 TCP Blocked", File.ReadAllLines(Path.Combine(_folder, "blocked.atcp"))[0]);
    }

    [Fact]
    public async Task The_start_empties_the_blocked_files_of_its_modes_and_leaves_history()
    {
        foreach (var name in (string[])["history", "blocked.atcp", "blocked.tcp"]) File.WriteAllText(Path.Combine(_folder, name), "old\n");
        await using var reporter = Reporter();
        await reporter.StartAsync(default);
        Assert.Equal(["old\n", "", "old\n"], new[] { "history", "blocked.atcp", "blocked.tcp" }.Select(name => File.ReadAllText(Path.Combine(_folder, name))));
    }

    [Fact]
    public async Task A_block_by_hand_has_no_classic_line()
    {
        await using var reporter = Reporter();
        await reporter.NotifyAsync(Notice("block", mode: "operator"), default);
        Assert.False(File.Exists(Path.Combine(_folder, "history")));
    }

    [Fact]
    public async Task A_folder_that_is_gone_is_a_fault_and_no_exception()
    {
        await using var reporter = new ClassicBlockReporter(new ClassicBlockFiles("/nowhere/history", null, TimeProvider.System), [], null);
        var result = await reporter.NotifyAsync(Notice("block"), default);
        Assert.False(result.Ok);
        Assert.Contains("classic.history-file", result.Error);
    }

    private ClassicBlockReporter Reporter() =>
        new(new ClassicBlockFiles(Path.Combine(_folder, "history"), Path.Combine(_folder, "blocked"), TimeProvider.System), ["atcp"], null);

    private static Notice Notice(string what, string mode = "atcp") => new(
        default, NoticeSeverity.Notice, "attackalert: …", what, Address.Parse("192.0.2.1"),
        new Dictionary<string, string> { ["target"] = "192.0.2.1", ["protocol"] = "tcp", ["port"] = "143", ["mode"] = mode });
}
