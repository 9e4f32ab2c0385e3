using PortSentry.Capture.Contacts;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Tests.Contacts;

public sealed class TableHashTests
{
    private const int Slots = 1 << 14, Keys = 1000, Reach = 8;

    private static readonly Address Scanner = Address.Parse("198.51.100.7"), Target = Address.Parse("192.0.2.1");

    [Fact]
    public void Consecutive_ports_spread_over_a_table_whatever_the_secret_keys() =>
        AssertSpread(static (hash, number) => hash.Of(Scanner, Target, (uint)(6 << 16 | number)));

    [Fact]
    public void Consecutive_addresses_spread_over_a_table_whatever_the_secret_keys() =>
        AssertSpread(static (hash, number) => hash.Of(Address.FromV4(0xC000_0200 + (uint)number)));

    // Nodes of one network that all speak to one another, on a port each.
    [Fact]
    public void Pairs_of_neighbours_spread_over_a_table_whatever_the_secret_keys() =>
        AssertSpread(static (hash, number) => hash.OfPair(Scanner.Low + (ulong)(number % 32), Target.Low + (ulong)(number / 32)));

    [Fact]
    public void A_pair_hashes_the_same_both_ways()
    {
        var hash = TableHash.Create();
        Assert.Equal(hash.OfPair(Scanner.Low, Target.Low), hash.OfPair(Target.Low, Scanner.Low));
    }

    // By chance alone, twice a table's reach of 1,000 keys in 16,384 slots never falls into one reach.
    private static void AssertSpread(Func<TableHash, int, ulong> of)
    {
        for (var draw = 0; draw < 2000; draw++)
        {
            var hash = TableHash.Create();
            var counts = new int[Slots / Reach];
            for (var number = 0; number < Keys; number++) counts[of(hash, number) >> 53]++;
            Assert.InRange(counts.Max(), 1, 2 * Reach);
        }
    }
}
