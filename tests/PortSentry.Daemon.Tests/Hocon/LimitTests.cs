using System.Text;
using PortSentry.Daemon.Hocon;

namespace PortSentry.Daemon.Tests.Hocon;

/// <summary>What a broken or hostile file may cost.</summary>
public sealed class LimitTests
{
    [Theory]
    [InlineData("[")]
    [InlineData("{a=")]
    [InlineData("a.")]
    [InlineData("a{")]
    public void Depth_is_bounded(string opening) =>
        Assert.NotNull(Json.Error((opening == "{a=" ? "" : "x=[") + string.Concat(Enumerable.Repeat(opening, 100_000))));

    [Fact]
    public void Doubling_strings_end_in_an_error() =>
        Assert.Contains("characters", Json.Error(Doubling("x0 = abcdefgh", i => $"x{i} = ${{x{i - 1}}}${{x{i - 1}}}")).Problem);

    [Fact]
    public void Doubling_lists_end_in_an_error() =>
        Assert.Contains("more than", Json.Error(Doubling("x0 = [1,2]", i => $"x{i} = ${{x{i - 1}}} ${{x{i - 1}}}")).Problem);

    [Fact]
    public void Doubling_trees_end_in_an_error() =>
        Assert.Contains("more than", Json.Error(Doubling("x0 = { v = 1 }", i => $"x{i} = {{ l = ${{x{i - 1}}}, r = ${{x{i - 1}}} }}")).Problem);

    [Fact]
    public void Doubling_merged_objects_cost_nothing() =>
        Assert.Contains("\"x60\":{\"v\":1}", Json.Of(Doubling("x0 = { v = 1 }", i => $"x{i} = ${{x{i - 1}}} ${{x{i - 1}}}")));

    [Fact]
    public void A_long_chain_of_substitutions_ends_in_an_error()
    {
        var text = new StringBuilder("x0 = 1\n");
        for (var i = 1; i < 5000; i++) text.Append('x').Append(i).Append(" = ${x").Append(i - 1).Append("}\n");
        Assert.Equal(5000, Assert.IsType<HoconObject>(Json.Loader().Parse(new HoconSource("t", text.ToString()))).Fields.Count);
        var backwards = string.Join('\n', text.ToString().Split('\n').Reverse());
        Assert.Contains("deep", Json.Error(backwards).Problem);
    }

    [Fact]
    public void Ten_thousand_lines_of_plus_equals_are_no_depth()
    {
        var value = Json.Loader().Load(new HoconSource("t", string.Concat(Enumerable.Repeat("a += x\n", 10_000))));
        Assert.Equal(10_000, Assert.IsType<HoconArray>(value.Find("a")).Items.Count);
    }

    [Fact]
    public void Ten_thousand_redefinitions_are_no_depth() =>
        Assert.Equal("""{"a":{"x":1}}""", Json.Of(string.Concat(Enumerable.Repeat("a = 1\na { x = 1 }\n", 10_000))));

    [Fact]
    public void A_source_longer_than_the_limit_is_refused() =>
        Assert.Contains("longer", Json.Error(new string(' ', 200), limits: new HoconLimits { SourceLength = 100 }).Problem);

    private static string Doubling(string first, Func<int, string> next) =>
        first + "\n" + string.Join('\n', Enumerable.Range(1, 60).Select(next));
}
