using System.Text;
using PortSentry.Responders.Processes;

namespace PortSentry.Responders.Iptables;

/// <summary>
/// One table of one family by iptables(8) and iptables-restore(8): a few milliseconds a call, most of it the start of the process. A batch is all or
/// nothing. It waits some seconds for the lock that all users of iptables share.
/// </summary>
internal sealed class Xtables(XtablesVariant variant, bool v4, string table, TimeProvider time)
{
    private const string LockSeconds = "5";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly string _program = (v4 ? "iptables" : "ip6tables") + variant switch { XtablesVariant.Nft => "-nft", XtablesVariant.Legacy => "-legacy", _ => "" };

    public bool IsV4 => v4;

    /// <summary>Both families, or IPv4 alone where the kernel has no IPv6.</summary>
    public static IReadOnlyList<Xtables> OfHost(XtablesVariant variant, string table, TimeProvider time) => File.Exists("/proc/net/if_inet6")
        ? [new(variant, true, table, time), new(variant, false, table, time)]
        : [new(variant, true, table, time)];

    /// <summary>What is wrong with the place of a rule.</summary>
    public static IEnumerable<OptionProblem> Check(XtablesVariant variant, string table, string hook)
    {
        if (!Enum.IsDefined(variant)) yield return new("variant", "system, nft or legacy");
        if (table is not ("raw" or "mangle" or "filter" or "security")) yield return new("table", "raw, mangle, filter or security");
        if (!IsName(hook, 28)) yield return new("hook", "a chain of that table, as PREROUTING of raw or INPUT of filter");
    }

    /// <summary>A name of a chain or set that no program takes for anything else.</summary>
    public static bool IsName(string text, int longest) =>
        text.Length >= 1 && text.Length <= longest && char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    /// <returns>The table's chains (-N, -P) and rules (-A) as iptables -S prints them, or an error.</returns>
    public async Task<(HashSet<string> Rules, string? Error)> ListAsync(CancellationToken stop)
    {
        var printed = new StringBuilder();
        var error = await ProcessRunner.RunAsync(_program, ["-w", LockSeconds, "-t", table, "-S"], Patience, time, stop, output: printed);
        return ([.. printed.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)], error is null ? null : $"{_program} -t {table} -S: {error}");
    }

    /// <param name="lines">As iptables-save(8) writes them, without table and COMMIT. None: nothing is done.</param>
    /// <returns>Null when all are in force; else none is, and why.</returns>
    public async Task<string?> ChangeAsync(IReadOnlyCollection<string> lines, CancellationToken stop)
    {
        if (lines.Count == 0) return null;
        var batch = Encoding.ASCII.GetBytes($"*{table}\n{string.Join('\n', lines)}\nCOMMIT\n");
        var error = await ProcessRunner.RunAsync($"{_program}-restore", ["-w", LockSeconds, "--noflush"], Patience, time, stop, batch);
        return error is null ? null : $"{_program}-restore, table {table}: {error}";
    }
}
