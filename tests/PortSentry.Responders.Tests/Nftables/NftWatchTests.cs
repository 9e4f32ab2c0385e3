using System.Text.RegularExpressions;
using PortSentry.Core.Addresses;
using PortSentry.Responders.Nftables;
using PortSentry.Responders.Tests.Namespaces;
using static PortSentry.Responders.Tests.Namespaces.TestServices;

namespace PortSentry.Responders.Tests.Nftables;

/// <summary>What somebody else does to our table, with the real nft.</summary>
public sealed partial class NftWatchTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly NetNamespace _space = new();
    private readonly SemaphoreSlim _heard = new(0);

    public void Dispose()
    {
        _space.Dispose();
        _heard.Dispose();
    }

    [Theory]
    [InlineData("flush ruleset")]
    [InlineData("delete table inet portsentry")]
    [InlineData("flush table inet portsentry")]
    [InlineData("flush chain inet portsentry refuse")]
    [InlineData("flush chain inet portsentry early; delete set inet portsentry blocked4")]
    [InlineData("delete rule inet portsentry early handle FIRST")]
    [InlineData("replace rule inet portsentry early handle FIRST accept")]
    [InlineData("insert rule inet portsentry early accept")]
    [InlineData("add table inet portsentry { flags dormant; }")]
    public Task What_somebody_does_to_the_rules_is_heard_and_mended(string what) => With(async nft =>
    {
        var before = Table();
        var first = FirstRule().Match(Shell.Run("nft", "-a", "list", "chain", "inet", "portsentry", "early")).Groups[1].Value;
        Shell.Run("nft", what.Replace("FIRST", first, StringComparison.Ordinal));
        Assert.NotEqual(before, Table());
        Assert.True(await _heard.WaitAsync(Patience));
        Assert.True((await nft.MendAsync(default))?.Ok);
        Assert.Equal(before, Table());
        Assert.Null(await nft.MendAsync(default));
    });

    [Fact]
    public Task An_element_taken_out_is_heard_and_the_rules_are_whole() => With(async nft =>
    {
        Assert.True((await nft.BlockAsync(Block("10.99.1.1"), default)).Ok);
        Shell.Run("nft", "delete element inet portsentry blocked4 { 10.99.1.1 }");
        Assert.True(await _heard.WaitAsync(Patience));
        Assert.Null(await nft.MendAsync(default));
        Assert.Empty((await nft.ListAsync(default))!);
    });

    [Fact]
    public Task What_we_do_ourselves_is_not_heard() => With(async nft =>
    {
        for (var i = 0; i < 100; i++) Assert.True((await nft.BlockAsync(Block($"10.99.1.{i}"), default)).Ok);
        for (var i = 0; i < 100; i++) Assert.True((await nft.UnblockAsync(Prefix.Parse($"10.99.1.{i}"), default)).Ok);
        await HearNobodyButSomebodyElseAsync();
    });

    [Fact]
    public Task Other_tables_are_not_heard() => With(async nft =>
    {
        var rules = string.Concat(Enumerable.Range(0, 2_000).Select(static i => $"add rule inet other many ip saddr 10.{i >> 8}.{i & 255}.1 tcp dport {i} counter accept\n"));
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "add table inet other\nadd chain inet other many\n" + rules);
            Shell.Run("nft", "-f", file);
        }
        finally { File.Delete(file); }
        await HearNobodyButSomebodyElseAsync();
    });

    [Fact]
    public Task After_a_flush_of_our_own_nothing_is_put_back() => With(async nft =>
    {
        Assert.True((await nft.FlushAsync(default)).Ok);
        Assert.Null(await nft.MendAsync(default));
        Assert.DoesNotContain("portsentry", Shell.Run("nft", "list", "ruleset"), StringComparison.Ordinal);
    });

    /// <summary>The kernel tells in order: what was done before this would have been heard before it.</summary>
    private async Task HearNobodyButSomebodyElseAsync()
    {
        Shell.Run("nft", "add element inet portsentry blocked4 { 10.99.9.9 }");
        Assert.True(await _heard.WaitAsync(Patience));
        Assert.Equal(0, _heard.CurrentCount);
    }

    private Task With(Func<NftablesResponder, Task> test) => _space.RunAsync(async () =>
    {
        await using var nft = new NftablesResponder(new(), Real);
        Assert.True((await nft.StartAsync(default)).Ok);
        nft.Disturbed += () => _heard.Release();
        await test(nft);
    });

    // The order of sets is that of their making and says nothing; the order of rules does.
    private static string Table() => string.Concat(
        string.Join('\n', Shell.Try("nft", "-s", "list", "table", "inet", "portsentry").Output.Split('\n').Order()),
        Shell.Try("nft", "-s", "list", "chain", "inet", "portsentry", "early").Output);

    [GeneratedRegex("iif.*# handle (\\d+)$", RegexOptions.Multiline)]
    private static partial Regex FirstRule();
}
