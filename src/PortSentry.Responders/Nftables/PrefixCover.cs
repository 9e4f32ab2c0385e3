using PortSentry.Core.Addresses;

namespace PortSentry.Responders.Nftables;

/// <summary>
/// An interval set takes no overlap, yet a /8 for an hour and a /24 of it for a day are both wanted. So the set gets
/// disjoint prefixes, each for as long as the longest-lived wanted prefix around it.
/// </summary>
internal static class PrefixCover
{
    /// <param name="wanted">Prefixes with the moment each ends (MaxValue: never); nested ones allowed, one entry a prefix.</param>
    /// <returns>Disjoint prefixes that hold exactly the union, at every moment from now on.</returns>
    public static List<(Prefix Prefix, DateTimeOffset Until)> Of(IEnumerable<(Prefix Prefix, DateTimeOffset Until)> wanted)
    {
        // In this order a prefix stands right before everything inside it.
        (Prefix Prefix, DateTimeOffset Until)[] ordered = [.. wanted.OrderBy(w => w.Prefix.Network).ThenBy(w => w.Prefix.Length)];
        var cover = new List<(Prefix, DateTimeOffset)>();
        for (var i = 0; i < ordered.Length;)
        {
            var end = i + 1;
            while (end < ordered.Length && Holds(ordered[i].Prefix, ordered[end].Prefix)) end++;
            Split(ordered[i].Prefix, ordered[i].Until, ordered.AsSpan(i + 1, end - i - 1), cover);
            i = end;
        }
        return cover;
    }

    public static bool Holds(Prefix outer, Prefix inner) => outer.Length <= inner.Length && outer.Contains(inner.Network);

    /// <param name="start">First address.</param>
    /// <param name="end">The address behind the last; 0 is the end of the family.</param>
    public static IEnumerable<Prefix> OfRange(Address start, UInt128 end)
    {
        var width = start.IsV4 ? 32 : 128;
        if (end == UInt128.Zero && start.IsV4) end = Address.FromV4(uint.MaxValue).Bits + 1;
        for (var at = start.Bits; ;)
        {
            var left = end - at;
            var bits = Math.Min(width, at == UInt128.Zero ? width : (int)UInt128.TrailingZeroCount(at));
            if (left != UInt128.Zero) bits = Math.Min(bits, (int)UInt128.Log2(left));
            yield return new Prefix(new Address(at), width - bits);
            if (bits == 128) yield break;
            at += UInt128.One << bits;
            if (at == end) yield break;
        }
    }

    private static void Split(Prefix prefix, DateTimeOffset until, ReadOnlySpan<(Prefix Prefix, DateTimeOffset Until)> inside, List<(Prefix, DateTimeOffset)> cover)
    {
        var longest = until;
        foreach (var (inner, innerUntil) in inside)
        {
            if (inner == prefix && innerUntil > until) until = innerUntil;
            if (innerUntil > longest) longest = innerUntil;
        }
        if (longest == until)
        {
            cover.Add((prefix, until));
            return;
        }
        if (inside[0].Prefix == prefix) inside = inside[1..];
        var width = prefix.Network.IsV4 ? 32 : 128;
        var low = new Prefix(prefix.Network, prefix.Length + 1);
        var high = new Prefix(new Address(prefix.Network.Bits | (UInt128.One << (width - prefix.Length - 1))), prefix.Length + 1);
        var lower = 0;
        while (lower < inside.Length && Holds(low, inside[lower].Prefix)) lower++;
        Split(low, until, inside[..lower], cover);
        Split(high, until, inside[lower..], cover);
    }
}
