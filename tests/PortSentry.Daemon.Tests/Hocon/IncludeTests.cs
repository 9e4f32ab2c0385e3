namespace PortSentry.Daemon.Tests.Hocon;

public sealed class IncludeTests
{
    [Theory]
    [InlineData("include \"b.conf\"")]
    [InlineData("include\n  \"b.conf\"")]
    [InlineData("include file(\"b.conf\")")]
    [InlineData("include file( \"/etc/b.conf\" )")]
    [InlineData("include required(\"b.conf\")")]
    [InlineData("include required(file(\"b.conf\"))")]
    [InlineData("include required( file( \"b.conf\" ) )")]
    [InlineData("include \"b\"")]
    public void The_fields_of_the_file_stand_for_the_statement(string statement) =>
        Assert.Equal("""{"a":1,"x":2,"z":3}""", Json.Of($"a = 1\n{statement}, z = 3", new FakeFiles { ["/etc/b.conf"] = "x = 2" }));

    [Fact]
    public void Order_decides_which_definition_wins() =>
        Assert.Equal("""{"x":2,"y":9}""", Json.Of("x = 1, y = 1\ninclude \"b.conf\"\ny = 9", new FakeFiles { ["/etc/b.conf"] = "{ x = 2, y = 2 }" }));

    [Fact]
    public void A_file_is_found_beside_the_one_that_includes_it() =>
        Assert.Equal("""{"x":2}""", Json.Of("include \"conf.d/a.conf\"", new FakeFiles { ["/etc/conf.d/a.conf"] = "include \"b.conf\"", ["/etc/conf.d/b.conf"] = "x = 2" }));

    [Fact]
    public void Substitutions_mean_the_included_file_first_and_the_whole_after()
    {
        var files = new FakeFiles { ["/etc/foo.conf"] = "x : 10, y : ${x}, z : ${w}" };
        Assert.Equal("""{"a":{"x":42,"y":42,"z":1},"w":1}""", Json.Of("a : { include \"foo.conf\" }\na : { x : 42 }\nw = 1", files));
    }

    [Fact]
    public void A_missing_file_is_nothing_unless_it_is_required()
    {
        Assert.Equal("""{"a":1}""", Json.Of("include \"none.conf\"\na = 1"));
        var error = Json.Error("a = 1\n include required(\"none.conf\")");
        Assert.Equal("test.conf:2:2: include: the required file /etc/none.conf does not exist", error.Message);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_an_error_even_if_not_required() =>
        Assert.Contains("cannot be read", Json.Error("include \"bad.conf\"", new FakeFiles { ["/etc/bad.conf"] = null }).Message);

    [Fact]
    public void A_list_cannot_be_included() =>
        Assert.StartsWith("/etc/l.conf:1:1: ", Json.Error("include \"l.conf\"", new FakeFiles { ["/etc/l.conf"] = "[1]" }).Message);

    [Fact]
    public void A_mistake_in_an_included_file_names_that_file() =>
        Assert.StartsWith("/etc/b.conf:2:1: y: ", Json.Error("include \"b.conf\"", new FakeFiles { ["/etc/b.conf"] = "x = 1\ny =]" }).Message);

    [Theory]
    [InlineData("include \"a.conf\"")]
    [InlineData("include \"b.conf\"")]
    [InlineData("k { include \"../etc/b.conf\" }")]
    public void A_cycle_is_named(string text) =>
        Assert.Contains("includes itself", Json.Error("include \"a.conf\"", new FakeFiles { ["/etc/a.conf"] = text, ["/etc/b.conf"] = "include \"a.conf\"" }).Problem);

    [Fact]
    public void A_deep_chain_and_a_crowd_end_in_an_error()
    {
        var files = new FakeFiles();
        for (var i = 0; i < 30; i++) files[$"/etc/{i}.conf"] = $"include \"{i + 1}.conf\"";
        Assert.Contains("10 deep", Json.Error("include \"0.conf\"", files).Problem);
        files["/etc/x.conf"] = "a = 1";
        Assert.Contains("more than 100", Json.Error(string.Concat(Enumerable.Repeat("include \"x.conf\"\n", 101)), files).Problem);
    }
}
