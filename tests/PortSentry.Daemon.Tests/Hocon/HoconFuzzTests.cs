using System.Diagnostics;
using System.Text;
using PortSentry.Daemon.Hocon;

namespace PortSentry.Daemon.Tests.Hocon;

/// <summary>Seeded: the same cases each time. PORTSENTRY_FUZZ_CASES makes the run longer, PORTSENTRY_FUZZ_SEED makes it another one.</summary>
public sealed class HoconFuzzTests
{
    private static readonly string[] Pieces =
    [
        "a", "b", "a.b", "c", "\"x y\"", "\"\"\"t\"\"\"", "1", "-2.5e+3", "true", "null", " ", "  ", "\n", ",", ":", "=", "+=", "{", "}", "[", "]", "${a}", "${?a}",
        "${b}", "${a.b}", "${?b.c}", "${", "}", "include ", "include \"i.conf\"", "include required(file(\"j.conf\"))", "#c\n", "//c\n", "\\", "\"", "\"\\u00", "$", "?", ".", "..",
        "a = ", "b = ", "c { ", "a += ", "= ${a}", " ${b}", "\uFEFF", "\u2028", "“", "\0", "\r\n", "é", "\uD800",
    ];

    private static readonly HoconLimits Small = new() { Values = 5000, Steps = 50_000, StringLength = 5000, SourceLength = 100_000 };

    [Fact]
    public void Random_texts_give_a_tree_or_a_HoconException_and_never_hang()
    {
        var random = new Random(Setting("PORTSENTRY_FUZZ_SEED", 20261123));
        var cases = Setting("PORTSENTRY_FUZZ_CASES", 20_000);
        var parsed = 0;
        for (var i = 0; i < cases; i++)
        {
            var files = new FakeFiles { ["/etc/i.conf"] = Text(random, 12), ["/etc/j.conf"] = Text(random, 12) };
            var text = i % 3 == 0 ? Statements(random) : i % 3 == 1 ? Text(random, 40) : Bytes(random);
            var start = Stopwatch.GetTimestamp();
            try
            {
                var value = Json.Loader(files, limits: Small).Parse(new HoconSource("fuzz.conf", text, "/etc"));
                Assert.InRange(value.Count, 1, Small.Values);
                parsed++;
            }
            catch (HoconException e)
            {
                Assert.True(e.Origin.Line > 0 && e.Origin.Column > 0, text);
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"Case {i}: {e.GetType().Name}: {e.Message}\n{text}\n{e.StackTrace}");
            }

            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5), $"Case {i} took {Stopwatch.GetElapsedTime(start)}:\n{text}");
        }

        Assert.InRange(parsed, cases / 20, cases);
    }

    [Fact]
    public void What_is_written_reads_back_the_same()
    {
        var random = new Random(7);
        for (var i = 0; i < 2000; i++)
        {
            var value = Bytes(random);
            var read = Json.Loader().Load(new HoconSource("t", HoconText.Key(value) + " = " + HoconText.Quote(value)));
            Assert.Equal(value, read.Fields[0].Key);
            Assert.Equal(value, Assert.IsType<HoconScalar>(read.Fields[0].Value).Text);
        }
    }

    private static string Text(Random random, int longest)
    {
        var text = new StringBuilder();
        for (var i = random.Next(longest); i > 0; i--) text.Append(Pieces[random.Next(Pieces.Length)]);
        return text.ToString();
    }

    // Mostly well formed, with many substitutions: it is the resolver that this meets.
    private static string Statements(Random random)
    {
        string[] keys = ["a", "b", "c", "a.b", "a.c", "b.a", "c.a.b"];
        var text = new StringBuilder();
        for (var i = random.Next(1, 14); i > 0; i--)
            text.Append(keys[random.Next(keys.Length)]).Append(random.Next(5) == 0 ? " += " : " = ").Append(Value(3)).Append('\n');
        return text.ToString();

        string Value(int depth) => random.Next(depth > 0 ? 8 : 4) switch
        {
            0 => random.Next(100).ToString(System.Globalization.CultureInfo.InvariantCulture),
            1 => "${" + keys[random.Next(keys.Length)] + "}",
            2 => "${?" + keys[random.Next(keys.Length)] + "}",
            3 => "x",
            4 => Value(depth - 1) + " " + Value(depth - 1),
            5 => "[" + Value(depth - 1) + ", " + Value(depth - 1) + "]",
            6 => "{ " + keys[random.Next(keys.Length)] + " = " + Value(depth - 1) + " }",
            _ => Value(depth - 1) + Value(depth - 1),
        };
    }

    private static string Bytes(Random random)
    {
        var text = new char[random.Next(1, 60)];
        for (var i = 0; i < text.Length; i++) text[i] = (char)(random.Next(4) == 0 ? random.Next(0x10000) : random.Next(128));
        return new string(text);
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : otherwise;
}
