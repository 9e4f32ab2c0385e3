namespace PortSentry.Daemon.Tests.Hocon;

/// <summary>HOCON.md, sections "Syntax" to "Paths as keys", example by example.</summary>
public sealed class SyntaxTests
{
    [Theory]
    [InlineData("", "{}")]
    [InlineData("{}", "{}")]
    [InlineData("[]", "[]")]
    [InlineData("\uFEFFa : 1", """{"a":1}""")]
    [InlineData("a = 1 # one\n// two\nb = 2 // three", """{"a":1,"b":2}""")]
    [InlineData("a = \"x#y//z\"", """{"a":"x#y//z"}""")]
    [InlineData("{\"a\"\n:\n1\n,\n\"b\" : [ ] }", """{"a":1,"b":[]}""")]
    [InlineData("foo {}", """{"foo":{}}""")]
    [InlineData("foo\n{ a = 1 }", """{"foo":{"a":1}}""")]
    [InlineData("a = [1,2,3,]", """{"a":[1,2,3]}""")]
    [InlineData("a = [1\n2\n\n3]", """{"a":[1,2,3]}""")]
    [InlineData("a : 1, b : 2,\n", """{"a":1,"b":2}""")]
    [InlineData("a : 1\n, b : 2", """{"a":1,"b":2}""")]
    [InlineData("a = 1\r\nb = 2\r\n", """{"a":1,"b":2}""")]
    [InlineData("[ 1 2 3 4 ]", """["1 2 3 4"]""")]
    [InlineData("[ [ 1, 2 ] [ 3, 4 ] ]", "[[1,2,3,4]]")]
    [InlineData("[ [ 1, 2 ]\n [ 3, 4 ] ]", "[[1,2],[3,4]]")]
    public void Structure(string text, string expected) => Assert.Equal(expected, Json.Of(text));

    [Theory]
    [InlineData("a = true", "true")]
    [InlineData("a = null", "null")]
    [InlineData("a = -1.5e+3", "-1.5e+3")]
    [InlineData("a = 1e5", "1e5")]
    [InlineData("a = truefoo", "\"truefoo\"")]
    [InlineData("a = 10.0bar", "\"10.0bar\"")]
    [InlineData("a = 12 h", "\"12 h\"")]
    [InlineData("a = 10-20", "\"10-20\"")]
    [InlineData("a = 007", "\"007\"")]
    [InlineData("a =  foo  bar  ", "\"foo  bar\"")]
    [InlineData("a = foo\"  \"bar", "\"foo  bar\"")]
    [InlineData("a = 192.168.0.0/16", "\"192.168.0.0/16\"")]
    [InlineData("a = /var/lib/portsentry", "\"/var/lib/portsentry\"")]
    [InlineData("a = \"\\u0041\\n\\/\\\\\"", "\"A\\n/\\\\\"")]
    [InlineData("a = \"\"\"x \\n \"y\"\n z\"\"\"", "\"x \\\\n \\\"y\\\"\\n z\"")]
    [InlineData("a = \"\"\"foo\"\"\"\"", "\"foo\\\"\"")]
    [InlineData("a = \"\"", "\"\"")]
    [InlineData("a = \u00A0x\u00A0", "\"x\"")]
    public void Scalars(string text, string expected) => Assert.Equal($$"""{"a":{{expected}}}""", Json.Of(text));

    [Theory]
    [InlineData("foo.bar.baz : 42", """{"foo":{"bar":{"baz":42}}}""")]
    [InlineData("a.x : 42, a.y : 43", """{"a":{"x":42,"y":43}}""")]
    [InlineData("a b c : 42", """{"a b c":42}""")]
    [InlineData("true : 42", """{"true":42}""")]
    [InlineData("3.14 : 42", """{"3":{"14":42}}""")]
    [InlineData("10.0foo : 1", """{"10":{"0foo":1}}""")]
    [InlineData("foo\"10.0\" : 1", """{"foo10.0":1}""")]
    [InlineData("a.\"b.c\".d : 1", """{"a":{"b.c":{"d":1}}}""")]
    [InlineData("a.\"\".b : 1", """{"a":{"":{"b":1}}}""")]
    [InlineData("foo include : 42", """{"foo include":42}""")]
    [InlineData("\"include\" : 42", """{"include":42}""")]
    [InlineData("foo : include", """{"foo":"include"}""")]
    public void Keys(string text, string expected) => Assert.Equal(expected, Json.Of(text));

    [Theory]
    [InlineData("foo : { a : 42 }, foo : { b : 43 }", """{"foo":{"a":42,"b":43}}""")]
    [InlineData("foo : { a : 42 }, foo : null, foo : { b : 43 }", """{"foo":{"b":43}}""")]
    [InlineData("foo : { a : { x : 1, y : 2 } }, foo.a.x = 3", """{"foo":{"a":{"x":3,"y":2}}}""")]
    [InlineData("a : { b : 1 } { c : 2 }", """{"a":{"b":1,"c":2}}""")]
    [InlineData("a : [ 1, 2 ] [ 3, 4 ]", """{"a":[1,2,3,4]}""")]
    [InlineData("a = 1\na = 2", """{"a":2}""")]
    public void Merging(string text, string expected) => Assert.Equal(expected, Json.Of(text));

    [Theory]
    [InlineData("a : { b : 1", "1:12", "'}'")]
    [InlineData("a : 1 }", "1:7", "balanced")]
    [InlineData("{ a : 1 } b", "1:11", "nothing more")]
    [InlineData("[1,2,3,,]", "1:8", "one comma")]
    [InlineData("[,1]", "1:2", "one comma")]
    [InlineData("a = 1,, b = 2", "1:7", "one comma")]
    [InlineData("a\nb = 1", "1:1", "'='")]
    [InlineData("x = 1\n  a =", "2:3", "a value")]
    [InlineData("a = [::1]", "1:6", "quotes")]
    [InlineData("a = \"x\n\"", "1:5", "closing quote")]
    [InlineData("a = \"\\q\"", "1:6", "\\n")]
    [InlineData("a = \"\"\"x\ny", "1:5", "\"\"\"")]
    [InlineData("a = x@y", "1:6", "quoted")]
    [InlineData("a = “x”", "1:5", "plain")]
    [InlineData("a..b = 1", "1:1", "\"\"")]
    [InlineData(".a = 1", "1:1", "\"\"")]
    [InlineData("a = 1 [2]", "1:7", "only lists")]
    [InlineData("a = { x = 1 } [2]", "1:15", "only lists")]
    [InlineData("a = ${b", "1:5", "${path}")]
    [InlineData("a = ${}", "1:5", "${path}")]
    [InlineData("a = { b = \n = 2 }", "1:7", "quotes")]
    [InlineData("include = 5", "1:1", "include \"file\"")]
    [InlineData("include url(\"http://x\")", "1:1", "include \"file\"")]
    public void Mistakes_name_the_place_and_what_would_be_valid(string text, string place, string valid)
    {
        var error = Json.Error(text);
        if (text.Contains("\n =", StringComparison.Ordinal)) place = "2:2";
        Assert.StartsWith($"test.conf:{place}: ", error.Message);
        Assert.Contains(valid, error.Valid);
    }

    [Fact]
    public void A_mistake_inside_an_object_names_the_key()
    {
        var error = Json.Error("portsentry {\n  detection { half-life = 12:00 }\n}");
        Assert.Equal("portsentry.detection.half-life", error.Key);
        Assert.Equal("test.conf:2:29: portsentry.detection.half-life: ':' inside a value; valid: quotes around text that holds ':' or '=', such as \"::1\"", error.Message);
    }
}
