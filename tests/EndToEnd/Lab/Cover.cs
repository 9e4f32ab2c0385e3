using System.Net;

namespace PortSentry.EndToEnd.Lab;

/// <summary>Does a text, an address or a prefix, cover an address?</summary>
internal static class Cover
{
    public static bool Holds(string text, string address)
    {
        var wanted = IPAddress.Parse(address);
        if (IPAddress.TryParse(text, out var single)) return single.Equals(wanted);
        return IPNetwork.TryParse(text, out var network) && network.Contains(wanted);
    }
}
