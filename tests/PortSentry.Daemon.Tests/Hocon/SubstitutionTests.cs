using PortSentry.Daemon.Hocon;

namespace PortSentry.Daemon.Tests.Hocon;

/// <summary>HOCON.md, sections "Substitutions", "Self-Referential Substitutions", "+=" and the environment, example by example.</summary>
public sealed class SubstitutionTests
{
    [Theory]
    [InlineData("a = ${b}, b = { c = 1 }", """{"a":{"c":1},"b":{"c":1}}""")]
    [InlineData("a = x${b}y, b = 5", """{"a":"x5y","b":5}""")]
    [InlineData("key : ${animal.favorite} is my favorite animal, animal.favorite = cat", """{"key":"cat is my favorite animal","animal":{"favorite":"cat"}}""")]
    [InlineData("dc = { size = 6 }, east = ${dc} { name = \"east\" }", """{"dc":{"size":6},"east":{"size":6,"name":"east"}}""")]
    [InlineData("path = [ /bin ]\npath = ${path} [ /usr/bin ]", """{"path":["/bin","/usr/bin"]}""")]
    [InlineData("path : \"a:b:c\"\npath : ${path}\":d\"", """{"path":"a:b:c:d"}""")]
    [InlineData("foo : { a : { c : 1 } }\nfoo : ${foo.a}\nfoo : { a : 2 }", """{"foo":{"a":2,"c":1}}""")]
    [InlineData("foo : { a : 1 }\nfoo : ${foo}", """{"foo":{"a":1}}""")]
    [InlineData("foo : ${does-not-exist}\nfoo : 42", """{"foo":42}""")]
    [InlineData("foo : ${foo}\nfoo : 42", """{"foo":42}""")]
    [InlineData("bar : { foo : 42, baz : ${bar.foo} }", """{"bar":{"foo":42,"baz":42}}""")]
    [InlineData("bar : { foo : 42, baz : ${bar.foo} }\nbar : { foo : 43 }", """{"bar":{"foo":43,"baz":43}}""")]
    [InlineData("bar : { a : ${foo.d}, b : 1 }\nbar.b = 3\nfoo : { c : ${bar.b}, d : 2 }\nfoo.d = 4", """{"bar":{"a":4,"b":3},"foo":{"c":3,"d":4}}""")]
    [InlineData("a = ${?a}foo", """{"a":"foo"}""")]
    [InlineData("base = { name = x, full = ${child.name}-1 }\nchild = ${base} { name = y }", """{"base":{"name":"x","full":"y-1"},"child":{"name":"y","full":"y-1"}}""")]
    [InlineData("a = ${?x} ${?y}, b = ${c} ${d}, c = [1], d = [2]", """{"b":[1,2],"c":[1],"d":[2]}""")]
    [InlineData("a = ${\"b.c\".d}, \"b.c\".d = 1", """{"a":1,"b.c":{"d":1}}""")]
    [InlineData("a = ${b}, b = null", """{"a":null,"b":null}""")]
    [InlineData("a { x = 1 }\na = ${b}\na { z = 3 }\nb { y = 2 }", """{"a":{"x":1,"y":2,"z":3},"b":{"y":2}}""")]
    [InlineData("a = { \"1\" : y, \"0\" : x } [z]", """{"a":["x","y","z"]}""")]
    [InlineData("a.0 = x, a.2 = y, a = ${a} [z]", """{"a":["x","y","z"]}""")]
    public void Values_are_found_in_the_whole_document(string text, string expected) => Assert.Equal(expected, Json.Of(text));

    [Theory]
    [InlineData("a = 1\na = ${?none}", """{"a":1}""")]
    [InlineData("a = [ ${?none}, 1 ]", """{"a":[1]}""")]
    [InlineData("a = x${?none}y", """{"a":"xy"}""")]
    [InlineData("a = ${?none}[1]", """{"a":[1]}""")]
    [InlineData("a = ${?none}{ b = 1 }", """{"a":{"b":1}}""")]
    [InlineData("a = ${?none}${?other}", "{}")]
    [InlineData("foo : ${?foo}", "{}")]
    [InlineData("a = ${?b}, b = ${?a}", "{}")]
    public void An_undefined_optional_one_leaves_nothing(string text, string expected) => Assert.Equal(expected, Json.Of(text));

    [Theory]
    [InlineData("a += 1", """{"a":[1]}""")]
    [InlineData("a = [1]\na += 2\na += ${b}\nb = 3", """{"a":[1,2,3],"b":3}""")]
    [InlineData("o { a = [1] }\no { a += 2 }", """{"o":{"a":[1,2]}}""")]
    [InlineData("l = [ { a = [1], a += 2 } ]", """{"l":[{"a":[1,2]}]}""")]
    [InlineData("a = ${b}, a += 2, b = [1]", """{"a":[1,2],"b":[1]}""")]
    [InlineData("a += [1]", """{"a":[[1]]}""")]
    public void Plus_equals_appends_one_element(string text, string expected) => Assert.Equal(expected, Json.Of(text));

    [Fact]
    public void A_name_that_the_tree_does_not_have_is_looked_up_in_the_environment()
    {
        var environment = new Dictionary<string, string> { ["HOME"] = "/root", ["EMPTY"] = "", ["PATH"] = "/bin" };
        Assert.Equal("""{"a":"/root"}""", Json.Of("a = ${HOME}", environment: environment));
        Assert.Equal("""{"a":""}""", Json.Of("a = x, a = ${?EMPTY}", environment: environment));
        Assert.Equal("""{"HOME":null,"a":null}""", Json.Of("HOME : null, a = ${HOME}", environment: environment));
        Assert.Equal("""{"PATH":"/bin:/sbin"}""", Json.Of("PATH = ${PATH}\":/sbin\"", environment: environment));
        Assert.Equal("""{"a":7}""", Json.Of("a = 7, a = ${?NONE}", environment: environment));
    }

    [Theory]
    [InlineData("x = 1\na = ${none.b}", "2:5", "none.b")]
    [InlineData("foo : ${foo}", "1:7", "foo")]
    [InlineData("foo : ${foo}\nfoo : { a : 1 }", "1:7", "foo")]
    [InlineData("bar : ${foo}\nfoo : ${bar}", "2:7", "bar")]
    [InlineData("a : ${b}\nb : ${c}\nc : ${a}", "3:5", "a")]
    public void An_undefined_required_one_is_an_error_at_its_place(string text, string place, string key)
    {
        var error = Json.Error(text);
        Assert.StartsWith($"test.conf:{place}: ", error.Message);
        Assert.Equal(key, error.Key);
        Assert.Contains("${?" + key + "}", error.Valid);
    }

    [Theory]
    [InlineData("a : { b : ${a} }")]
    [InlineData("a : [${a}]")]
    [InlineData("a : [ { b = ${a} } ]")]
    [InlineData("a : { x = ${b} }, b : { y = ${a} }")]
    public void A_value_that_contains_itself_is_an_error(string text) => Assert.Contains("itself", Json.Error(text).Problem);

    [Fact]
    public void Two_fields_that_swap_values_agree()
    {
        var value = Assert.IsType<HoconObject>(Json.Loader().Parse(new HoconSource("t", "a : 1\nb : 2\na : ${b}\nb : ${a}")));
        Assert.Equal(Json.Of(value.Find("a")!), Json.Of(value.Find("b")!));
    }

    [Fact]
    public void Every_value_keeps_the_place_where_it_was_written()
    {
        var value = Json.Loader().Load(new HoconSource("ref.conf", "a { b = 1\n c = 2 }"), new HoconSource("my.conf", "\na.c = ${x}\n  x = [ 3 ]"));
        Assert.Equal("ref.conf:1:9", value.Find("a", "b")!.Origin.ToString());
        Assert.Equal("my.conf:3:7", value.Find("a", "c")!.Origin.ToString());
        Assert.True(Assert.IsType<HoconObject>(value.Find("a")).TryGet("c", out var field));
        Assert.Equal("my.conf:2:1", field.Origin.ToString());
    }
}
