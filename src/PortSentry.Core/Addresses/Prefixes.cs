namespace PortSentry.Core.Addresses;

/// <summary>Lists of prefixes short enough to walk: ignore lists and home networks.</summary>
public static class Prefixes
{
    public static bool Contain(IReadOnlyList<Prefix> prefixes, Address address)
    {
        for (var i = 0; i < prefixes.Count; i++)
            if (prefixes[i].Contains(address)) return true;
        return false;
    }
}
