using System.Runtime.InteropServices;
using PortSentry.Responders.Interop.Libnftables;

namespace PortSentry.Responders.Nftables;

/// <summary>
/// Runs a rule set text as one transaction in this process. For the rare, wide changes (install, remove): libnftables
/// reads the whole rule set of the machine before each command, so single elements go by <see cref="NftElements"/>.
/// </summary>
internal static class NftScript
{
    // libnftables keeps parser and symbol tables in globals; two threads in it at once have crashed other users.
    private static readonly Lock OneAtATime = new();

    /// <returns>Null when it was accepted, else what nft says, on one line.</returns>
    public static string? Run(string script)
    {
        lock (OneAtATime)
        {
            try
            {
                using var context = Libnftables.nft_ctx_new(0);
                if (context.IsInvalid) return "libnftables gave no context: out of memory, or no netlink socket allowed here";
                _ = Libnftables.nft_ctx_buffer_output(context);
                _ = Libnftables.nft_ctx_buffer_error(context);
                return Libnftables.nft_run_cmd_from_buffer(context, script) == 0 ? null : OneLine(Libnftables.nft_ctx_get_error_buffer(context));
            }
            catch (DllNotFoundException)
            {
                return "libnftables.so.1 is not here; install it (Debian: apt install libnftables1)";
            }
        }
    }

    // nft quotes the line and underlines the fault; the first line of each complaint says it all.
    private static string OneLine(nint text)
    {
        var lines = (Marshal.PtrToStringUTF8(text) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var complaint = lines.FirstOrDefault(line => line.Contains("Error:", StringComparison.Ordinal)) ?? lines.FirstOrDefault() ?? "no reason given";
        return complaint[Math.Max(0, complaint.IndexOf("Error:", StringComparison.Ordinal))..];
    }
}
