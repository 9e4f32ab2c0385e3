using PortSentry.Core.Addresses;
using PortSentry.Responders.HostsDeny;
using PortSentry.Responders.Tests.Namespaces;
using static PortSentry.Responders.Tests.Namespaces.TestServices;

namespace PortSentry.Responders.Tests.HostsDeny;

public sealed class HostsDenyResponderTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    private string File => _folder["hosts.deny"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ALL: $TARGET$")]
    [InlineData("ALL: $TARGET$ : DENY")]
    public async Task Tcpdmatch_denies_what_is_blocked_and_grants_it_after_the_unblock(string line)
    {
        System.IO.File.WriteAllText(_folder["hosts.allow"], "");
        System.IO.File.WriteAllText(File, "# mine\nsshd: 10.99.8.8\n");
        await using var deny = new HostsDenyResponder(new() { Path = File, Line = line });
        (string Target, string Inside, string Outside)[] cases =
        [
            ("10.99.1.1", "10.99.1.1", "10.99.1.2"), ("10.99.4.0/22", "10.99.7.255", "10.99.8.0"), ("fd99::1", "fd99::1", "fd99::2"),
            ("fd99:0:0:7::/64", "fd99:0:0:7::9", "fd99:0:0:8::9"), ("fd99:4000::/18", "fd99:7fff::1", "fd99:8000::1"),
        ];
        foreach (var (target, _, _) in cases) Ok(await deny.BlockAsync(Block(target), default));
        foreach (var (_, inside, outside) in cases)
        {
            Assert.Equal("denied", Tcpdmatch(inside));
            Assert.Equal((outside, "granted"), (outside, Tcpdmatch(outside)));
        }
        Assert.Equal("denied", Tcpdmatch("10.99.8.8"));
        foreach (var (target, inside, _) in cases)
        {
            Ok(await deny.UnblockAsync(Prefix.Parse(target), default));
            Assert.Equal("granted", Tcpdmatch(inside));
        }
        Assert.Equal("# mine\nsshd: 10.99.8.8\n", System.IO.File.ReadAllText(File));
    }

    [Fact]
    public async Task A_line_is_never_there_twice_not_even_beside_somebody_elses()
    {
        System.IO.File.WriteAllText(File, "ALL: 10.99.1.1 : DENY\n");
        await using var deny = new HostsDenyResponder(new() { Path = File });
        for (var i = 0; i < 3; i++)
            Ok(await deny.BlockManyAsync([Block("10.99.1.1"), Block("10.99.1.2"), Block("10.99.1.2")], default));
        var lines = System.IO.File.ReadAllLines(File);
        Assert.Single(lines, "ALL: 10.99.1.1 : DENY");
        Assert.Single(lines, "ALL: 10.99.1.2 : DENY");
        Assert.Equal(["10.99.1.1", "10.99.1.2"], (await deny.ListAsync(default))!.Select(p => p.ToString()).Order());
        Ok(await deny.FlushAsync(default));
        Assert.Equal("ALL: 10.99.1.1 : DENY\n", System.IO.File.ReadAllText(File));
    }

    [Fact]
    public async Task Mode_owner_and_a_symbolic_link_stay()
    {
        var real = _folder["real"];
        System.IO.File.WriteAllText(real, "# x\n");
        System.IO.File.SetUnixFileMode(real, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
        Shell.Run("chown", "12:34", real);
        System.IO.File.CreateSymbolicLink(File, real);
        await using var deny = new HostsDenyResponder(new() { Path = File });
        Ok(await deny.BlockAsync(Block("10.99.1.1"), default));
        Assert.Equal("12:34 460", Shell.Run("stat", "-c", "%u:%g %a", real).Trim());
        Assert.Equal(real, new FileInfo(File).LinkTarget);
        Assert.Contains("10.99.1.1", System.IO.File.ReadAllText(real));
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public async Task A_missing_file_is_made_and_goes_again()
    {
        await using var deny = new HostsDenyResponder(new() { Path = File });
        Ok(await deny.StartAsync(default));
        Assert.False(System.IO.File.Exists(File));
        Ok(await deny.BlockAsync(Block("10.99.1.1"), default));
        Assert.Equal("644", Shell.Run("stat", "-c", "%a", File).Trim());
        Ok(await deny.UnblockAsync(Prefix.Parse("10.99.1.1"), default));
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task A_folder_that_refuses_is_a_result_that_names_the_file()
    {
        await using var deny = new HostsDenyResponder(new() { Path = "/proc/portsentry/hosts.deny" });
        var result = await deny.BlockAsync(Block("10.99.1.1"), default);
        Assert.False(result.Ok);
        Assert.True(result.Retryable);
        Assert.Contains("/proc/portsentry/hosts.deny", result.Error);
        Assert.Null(await deny.ListAsync(default));
    }

    [Fact]
    public async Task A_full_file_is_a_result_and_holds_what_it_held()
    {
        await using var deny = new HostsDenyResponder(new() { Path = File, MaxLines = 2 });
        var result = await deny.BlockManyAsync([Block("10.99.1.1"), Block("10.99.1.2"), Block("10.99.1.3")], default);
        Assert.Contains("max-lines", result.Error);
        Assert.Equal(2, (await deny.ListAsync(default))!.Count);
        Ok(await deny.BlockAsync(Block("10.99.1.2"), default));
    }

    [Theory]
    [InlineData("ALL: 10.1.1.1")]
    [InlineData("$TARGET$")]
    [InlineData("# ALL: $TARGET$")]
    [InlineData("ALL: $TARGET$\nALL: ALL")]
    [InlineData("ALL: $TARGET$ \\")]
    public void A_template_that_cannot_work_is_a_problem_of_the_configuration(string line) =>
        Assert.Equal("line", Assert.Single(new HostsDenyOptions { Line = line }.Check()).Key);

    [Fact]
    public void The_classic_line_names_the_string() =>
        Assert.Equal(
            "attackalert: Host 10.99.1.1 has been blocked via wrappers with string: \"ALL: 10.99.1.1 : DENY\"",
            new HostsDenyResponder(new()).Describe(Block("10.99.1.1")));

    private static void Ok(ResponderResult result) => Assert.True(result.Ok, result.Error);

    // -d: the tables of the current folder instead of /etc.
    private string Tcpdmatch(string client) =>
        Shell.Run("sh", "-c", $"cd {_folder.Path} && tcpdmatch -d sshd {client}").Split("access:")[1].Trim();
}
