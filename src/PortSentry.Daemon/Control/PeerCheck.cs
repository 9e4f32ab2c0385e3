using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace PortSentry.Daemon.Control;

/// <summary>Who may use the control socket: root, the user the daemon runs as, and members of one group, by SO_PEERCRED (unix(7)).</summary>
/// <param name="group">Null: no group.</param>
internal sealed class PeerCheck(string? group)
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    private readonly uint? _group = group is null ? null : Groups.IdOf(group);

    public static bool Exists(string group) => Groups.IdOf(group) is not null;

    /// <exception cref="IOException">The group does not exist or the file cannot be given to it.</exception>
    public void GiveToGroup(string path)
    {
        if (group is null) return;
        if (_group is not { } id) throw new IOException($"control.group: there is no group '{group}'");
        if (Interop.Libc.chown(path, uint.MaxValue, id) != 0)
            throw new IOException($"{path} cannot be given to group {group}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    public bool Allows(Socket peer)
    {
        Span<byte> credentials = stackalloc byte[12]; // struct ucred: pid, uid, gid
        if (peer.GetRawSocketOption(SolSocket, SoPeerCred, credentials) < 12) return false;
        var (user, primary) = (MemoryMarshal.Read<uint>(credentials[4..]), MemoryMarshal.Read<uint>(credentials[8..]));
        if (user == 0 || user == Interop.Libc.geteuid()) return true;
        return _group is { } id && (primary == id || Groups.IsMember(id, MemoryMarshal.Read<int>(credentials)));
    }

    private static class Groups
    {
        public static uint? IdOf(string name)
        {
            foreach (var line in File.ReadLines("/etc/group"))
            {
                var fields = line.Split(':');
                if (fields.Length >= 3 && fields[0] == name && uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return id;
            }
            return null;
        }

        // The supplementary groups that the peer's process really has.
        public static bool IsMember(uint id, int pid)
        {
            try
            {
                var line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(static line => line.StartsWith("Groups:", StringComparison.Ordinal));
                return line is not null && line["Groups:".Length..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                    .Contains(id.ToString(CultureInfo.InvariantCulture));
            }
            catch (IOException)
            {
                return false;
            }
        }
    }
}
