using System.Diagnostics;
using PortSentry.Core.Addresses;
using PortSentry.Responders.Command;
using PortSentry.Responders.Tests.Namespaces;
using static PortSentry.Responders.Tests.Namespaces.TestServices;

namespace PortSentry.Responders.Tests.Command;

public sealed class CommandResponderTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    private string Log => _folder["log"];

    private string[] Calls => File.Exists(Log) ? File.ReadAllLines(Log) : [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_argument_arrives_as_one_and_nothing_is_expanded()
    {
        var command = Responder(new() { Run = $"{Recorder("rec")} '$TARGET$ *' $PORT$ \"$MODE$ $HOME\" ~" });
        Ok(await command.BlockAsync(Block("10.99.1.1"), default));
        Ok(await command.BlockAsync(Block("fd99::1", port: 7, mode: "udp"), default));
        Assert.Equal(["rec [10.99.1.1 *] [143] [atcp $HOME] [~]", "rec [fd99::1 *] [7] [udp $HOME] [~]"], Calls);
    }

    [Fact]
    public async Task The_exit_status_and_the_first_complaint_are_told()
    {
        var command = Responder(new() { Run = Script("no", "echo first >&2; echo second >&2; exit 3") + " $TARGET$" });
        var result = await command.BlockAsync(Block("10.99.1.1"), default);
        Assert.False(result.Ok);
        Assert.True(result.Retryable);
        Assert.EndsWith("no 10.99.1.1\": exit status 3: first", result.Error);
    }

    [Fact]
    public async Task A_missing_program_is_named()
    {
        var result = await Responder(new() { Run = "/nowhere/at/all $TARGET$" }).BlockAsync(Block("10.99.1.1"), default);
        Assert.Contains("/nowhere/at/all", result.Error);
        Assert.Contains("No such file", result.Error);
    }

    [Fact]
    public async Task A_hanging_command_dies_with_its_children_and_the_next_one_runs()
    {
        var command = Responder(new() { Run = Script("hang", $"sleep 1000 & echo $! > {_folder["child"]}; sleep 1000") + " $TARGET$", Timeout = TimeSpan.FromMilliseconds(500), Concurrency = 1 });
        var result = await command.BlockAsync(Block("10.99.1.1"), default);
        Assert.Contains("killed", result.Error);
        var child = File.ReadAllText(_folder["child"]).Trim();
        Assert.True(SpinWait.SpinUntil(() => !File.Exists($"/proc/{child}/stat") || File.ReadAllText($"/proc/{child}/stat").Contains(") Z "), TimeSpan.FromSeconds(5)));
        Assert.Contains("killed", (await command.BlockAsync(Block("10.99.1.2"), default)).Error);
    }

    [Fact]
    public async Task A_command_that_leaves_a_daemon_behind_has_ended()
    {
        var watch = Stopwatch.StartNew();
        Ok(await Responder(new() { Run = Script("bg", "sleep 4 &") }).BlockAsync(Block("10.99.1.1"), default));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task Floods_of_output_do_not_stop_it() =>
        Ok(await Responder(new() { Run = Script("loud", "head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2") }).BlockAsync(Block("10.99.1.1"), default));

    [Fact]
    public async Task No_more_than_the_bound_run_at_once()
    {
        var command = Responder(new() { Run = Script("count", $"cd {_folder.Path}; mkdir run.$$; ls -d run.* | wc -l >> {Log}; sleep 0.1; rmdir run.$$"), Concurrency = 2 });
        await Task.WhenAll(Enumerable.Range(1, 8).Select(i => command.BlockAsync(Block($"10.99.1.{i}"), default).AsTask()));
        Assert.Equal(8, Calls.Length);
        Assert.True(Calls.Max(int.Parse) <= 2);
    }

    [Fact]
    public async Task A_block_runs_once_until_it_is_lifted_and_a_failed_one_may_try_again()
    {
        var command = Responder(new() { Run = $"{Recorder("run")} $TARGET$", Undo = $"{Recorder("undo")} $TARGET$ $PORT$", Blocks = true });
        Ok(await command.BlockAsync(Block("10.99.1.1", port: 9), default));
        Ok(await command.BlockAsync(Block("10.99.1.1"), default));
        Ok(await command.UnblockAsync(Prefix.Parse("10.99.1.1"), default));
        Ok(await command.BlockAsync(Block("10.99.1.1"), default));
        Ok(await command.FlushAsync(default));
        Assert.Equal(["run [10.99.1.1]", "undo [10.99.1.1] [9]", "run [10.99.1.1]", "undo [10.99.1.1] [143]"], Calls);
        var failing = Responder(new() { Run = $"{Recorder("run")} && false" });
        Assert.False((await failing.BlockAsync(Block("10.99.1.1"), default)).Ok);
        Assert.False((await failing.BlockAsync(Block("10.99.1.1"), default)).Ok);
        Assert.Equal(6, Calls.Length);
    }

    [Fact]
    public async Task After_a_restart_blocks_are_made_anew_but_messages_are_not_sent_again()
    {
        var block = Responder(new() { Run = $"{Recorder("run")} $TARGET$", Undo = $"{Recorder("undo")} $TARGET$", Blocks = true });
        Ok(await block.BlockManyAsync([Block("10.99.1.1")], default));
        Assert.Equal(["undo [10.99.1.1]", "run [10.99.1.1]"], Calls);
        var message = Responder(new() { Run = $"{Recorder("tell")} $TARGET$" });
        Ok(await message.BlockManyAsync([Block("10.99.1.1")], default));
        Assert.Equal(2, Calls.Length);
    }

    [Fact]
    public async Task A_block_without_undo_says_so_when_it_is_to_be_lifted()
    {
        var command = Responder(new() { Run = $"{Recorder("run")} $TARGET$", Blocks = true });
        Ok(await command.UnblockAsync(Prefix.Parse("10.99.1.1"), default));
        Ok(await command.BlockAsync(Block("10.99.1.1"), default));
        var result = await command.UnblockAsync(Prefix.Parse("10.99.1.1"), default);
        Assert.False(result.Retryable);
        Assert.Contains("no undo", result.Error);
    }

    [Fact]
    public void The_classic_lines_tell_a_block_from_a_message()
    {
        Assert.Equal(
            "attackalert: Host 10.99.1.1 has been blocked via dropped route using command: \"/sbin/route add -host 10.99.1.1 reject\"",
            Responder(ClassicPresets.All["route"]).Describe(Block("10.99.1.1")));
        Assert.Equal(
            "attackalert: External command run for host: 10.99.1.1 using command: \"/bin/page 'me' 143 atcp\"",
            Responder(new() { Run = "/bin/page 'me' $PORT$ $MODE$" }).Describe(Block("10.99.1.1")));
    }

    [Theory]
    [InlineData("route", "route [add] [-host] [10.99.1.1] [reject]", "route [del] [-host] [10.99.1.1] [reject]")]
    [InlineData("ipfwadm", "ipfwadm [-I] [-i] [deny] [-S] [10.99.1.1] [-o]", "ipfwadm [-I] [-d] [deny] [-S] [10.99.1.1] [-o]")]
    [InlineData("ipchains", "ipchains [-I] [input] [-s] [10.99.1.1] [-j] [DENY] [-l]", "ipchains [-D] [input] [-s] [10.99.1.1] [-j] [DENY] [-l]")]
    [InlineData("iptables", "iptables [-I] [INPUT] [-s] [10.99.1.1] [-j] [DROP]", "iptables [-D] [INPUT] [-s] [10.99.1.1] [-j] [DROP]")]
    [InlineData("ipfw", "ipfw [add] [1] [deny] [all] [from] [10.99.1.1:255.255.255.255] [to] [any]", null)]
    [InlineData("ipf", "ipf [-f] [-] <block in log on external_interface from 10.99.1.1/32 to any>", "ipf [-r] [-f] [-] <block in log on external_interface from 10.99.1.1/32 to any>")]
    public async Task Classic_presets_run_the_classic_lines(string preset, string block, string? lift)
    {
        // Today's kernels lack most of these: a stand-in records what it is called with.
        var stand = Recorder(preset);
        var options = ClassicPresets.All[preset];
        var command = Responder(options with { Run = options.Run.Replace($"/sbin/{preset}", stand), Undo = options.Undo.Replace($"/sbin/{preset}", stand) });
        Ok(await command.BlockAsync(Block("10.99.1.1"), default));
        var lifted = await command.UnblockAsync(Prefix.Parse("10.99.1.1"), default);
        Assert.Equal(lift is not null, lifted.Ok);
        Assert.Equal(lift is null ? [block] : [block, lift], Calls);
        Assert.Empty(options.Check());
    }

    [Fact]
    public async Task A_dry_run_says_it_and_does_nothing()
    {
        var lines = new List<string>();
        await using var dry = new DryRun(Responder(new() { Run = $"{Recorder("run")} $TARGET$" }), lines.Add);
        Ok(await dry.StartAsync(default));
        Ok(await dry.BlockManyAsync([Block("10.99.1.1", TimeSpan.FromHours(1))], default));
        Ok(await dry.UnblockAsync(Prefix.Parse("10.99.1.1"), default));
        Ok(await dry.FlushAsync(default));
        Assert.Empty(Calls);
        Assert.Equal(4, lines.Count);
        Assert.Contains("would block 10.99.1.1 for 01:00:00 (test): attackalert: External command run", lines[1]);
    }

    /// <summary>A program that writes its name, each argument in brackets and its input to the log.</summary>
    private string Recorder(string name) => Script(
        name, $"line={name}; for a in \"$@\"; do line=\"$line [$a]\"; done; in=$(cat); [ -n \"$in\" ] && line=\"$line <$in>\"; echo \"$line\" >> {Log}");

    private string Script(string name, string body)
    {
        var path = _folder[name];
        File.WriteAllText(path, "#!/bin/sh\n" + body + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        return path;
    }

    private static CommandResponder Responder(CommandOptions options)
    {
        Assert.Empty(options.Check());
        return new CommandResponder("command", options, Real);
    }

    private static void Ok(ResponderResult result) => Assert.True(result.Ok, result.Error);
}
