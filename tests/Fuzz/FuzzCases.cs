using System.Diagnostics;
using System.Globalization;

namespace PortSentry.Tests.Fuzz;

/// <summary>
/// Damaged inputs from good ones. The seed is stored here, so that every run of the tests sees the same cases;
/// PORTSENTRY_FUZZ_SEED makes it another one, PORTSENTRY_FUZZ_CASES makes it longer (`./build.sh fuzz` sets both).
/// </summary>
internal static class FuzzCases
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(5);

    /// <summary>Gives <paramref name="read"/> damaged copies of the good inputs; whatever it throws fails the test, with the input as hex.</summary>
    public static void Run(int cases, byte[][] good, Action<byte[]> read)
    {
        var seed = Setting("PORTSENTRY_FUZZ_SEED", 20261123);
        var random = new Random(seed);
        for (var i = Setting("PORTSENTRY_FUZZ_CASES", cases); i > 0; i--)
        {
            var input = Damage(random, good);
            var start = Stopwatch.GetTimestamp();
            try
            {
                read(input);
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException($"seed {seed.ToString(CultureInfo.InvariantCulture)}, input {Convert.ToHexString(input)}: {fault.Message}", fault);
            }
            if (Stopwatch.GetElapsedTime(start) > Hang) throw new InvalidOperationException($"too slow: {Convert.ToHexString(input)}");
        }
    }

    private static byte[] Damage(Random random, byte[][] good)
    {
        var bytes = new List<byte>(good[random.Next(good.Length)]);
        for (var changes = random.Next(1, 6); changes > 0; changes--)
        {
            var at = random.Next(bytes.Count + 1);
            var length = Math.Min(random.Next(1, 9), bytes.Count - at);
            switch (random.Next(7))
            {
                case 0: bytes.RemoveRange(at, bytes.Count - at); break;
                case 1: bytes.RemoveRange(at, length); break;
                case 2: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
                case 3: // a piece of another input
                    var other = good[random.Next(good.Length)];
                    var from = random.Next(other.Length);
                    bytes.InsertRange(at, other[from..Math.Min(other.Length, from + random.Next(1, 40))]);
                    break;
                case 4: // numbers at the edges
                    for (var i = at; i < at + length; i++) bytes[i] = (byte)(random.Next(2) == 0 ? 0xFF : 0);
                    break;
                case 5: if (length > 0) bytes[at] ^= (byte)(1 << random.Next(8)); break;
                default: if (length > 0) bytes[at] = (byte)random.Next(256); break;
            }
        }
        return [.. bytes];
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
