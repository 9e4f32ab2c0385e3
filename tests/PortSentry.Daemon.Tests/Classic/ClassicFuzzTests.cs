using System.Diagnostics;
using System.Text;
using PortSentry.Daemon.Classic;
using PortSentry.Daemon.Configuration;
using PortSentry.Daemon.Hocon;

namespace PortSentry.Daemon.Tests.Classic;

/// <summary>Seeded. PORTSENTRY_FUZZ_CASES makes the run longer, PORTSENTRY_FUZZ_SEED makes it another one.</summary>
public sealed class ClassicFuzzTests
{
    private static readonly string[] Pieces =
    [
        "TCP_PORTS", "UDP_PORTS", "KILL_ROUTE", "KILL_RUN_CMD", "KILL_RUN_CMD_FIRST", "KILL_HOSTS_DENY", "IGNORE_FILE", "BLOCK_TCP", "SCAN_TRIGGER", "PORT_BANNER", "TCP_MODE",
        "ADVANCED_EXCLUDE_TCP", "=", " = ", "=\"", "\"", "“", "”", "'", "\n", "\r\n", "#", " # x", "1,2", ",", "3-5", "99999", "$TARGET$", "\\$TARGET\\$", "$PORT", "$(", "`", "|", "&&", ";",
        "> /dev/null", "2>&1", "/sbin/route add ", "/ sbin / x", "echo a | ipf -f -", "10.0.0.0/8", "::1", " / ", "255.0.0.0", "\0", "\uFEFF", "é", "\uD800", "–I", "${x}", "*", "\t",
    ];

    [Fact]
    public void Random_files_are_read_with_notes_and_what_is_imported_is_always_HOCON()
    {
        var random = new Random(Setting("PORTSENTRY_FUZZ_SEED", 1998));
        var loader = new HoconLoader(DiskFiles.Instance, _ => null, HoconLimits.Default);
        for (var i = Setting("PORTSENTRY_FUZZ_CASES", 5000); i > 0; i--)
        {
            string[] texts = [Text(random), Text(random), Text(random)];
            var start = Stopwatch.GetTimestamp();
            try
            {
                var import = ClassicImporter.Import(new ClassicInput("c\n", texts[0]), [new ClassicInput("i", texts[1])], new ClassicInput("d", texts[2]));
                Assert.All(import.Notes, n => Assert.InRange(n.Line, 0, 1 + texts.Max(t => t.Count(c => c == '\n'))));
                Assert.NotNull(loader.Load(new HoconSource("import", import.Hocon)).Find("portsentry", "profile"));
                foreach (var text in texts) ClassicCommand.Read(text, out _);
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"{e.GetType().Name}: {e.Message}\n{string.Join("\n---\n", texts)}\n{e.StackTrace}");
            }

            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5), string.Join("\n---\n", texts));
        }
    }

    [Fact]
    public void What_is_imported_binds_or_says_what_is_wrong()
    {
        var random = new Random(7);
        var loader = new HoconLoader(DiskFiles.Instance, _ => null, HoconLimits.Default);
        for (var i = 0; i < 100; i++)
        {
            var import = ClassicImporter.Import(new ClassicInput("c", Text(random)), [new ClassicInput("i", Text(random))], null);
            Assert.NotNull(ConfigurationLoader.Load(loader, [ConfigurationLoader.Reference(), new HoconSource("import", import.Hocon)]));
        }
    }

    private static string Text(Random random)
    {
        var text = new StringBuilder();
        for (var i = random.Next(40); i > 0; i--)
        {
            if (random.Next(12) == 0) text.Append((char)random.Next(0x10000));
            text.Append(Pieces[random.Next(Pieces.Length)]);
            if (random.Next(5) == 0) text.Append('\n');
        }

        return text.ToString();
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : otherwise;
}
