using System.Collections.Immutable;
using System.Net.NetworkInformation;
using PortSentry.Core.Addresses;

namespace PortSentry.Daemon.Live;

/// <summary>The networks of this host's own guests: containers and virtual machines behind bridges that container tools make.</summary>
internal static class BridgeNetworks
{
    private static readonly string[] Names = ["docker", "br-", "virbr", "cni", "podman", "lxcbr", "lxdbr", "flannel", "cali"];

    public static ImmutableArray<Prefix> Read()
    {
        var found = ImmutableArray.CreateBuilder<Prefix>();
        foreach (var one in NetworkInterface.GetAllNetworkInterfaces().Where(static one => IsBridge(one.Name)))
        {
            foreach (var address in one.GetIPProperties().UnicastAddresses)
            {
                var own = Address.FromBytes(address.Address.GetAddressBytes());
                if (!own.IsLinkLocal) found.Add(new Prefix(own, address.PrefixLength));
            }
        }
        return found.ToImmutable();
    }

    public static bool IsBridge(string name) => Array.Exists(Names, prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
