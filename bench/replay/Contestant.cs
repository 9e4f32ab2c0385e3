using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PortSentry.Bench.Replay;

/// <summary>A program that reads a capture from end to end.</summary>
internal sealed record Contestant(string Name, string Program, params string[] Arguments)
{
    private const string File = "FILE";

    /// <summary>One run, start included: seconds by the clock, and of processor time over all its threads.</summary>
    public (double Wall, double Processor) Run(string file)
    {
        var before = Children.Seconds();
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo(Program, Arguments.Select(word => word == File ? file : word))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var wall = clock.Elapsed.TotalSeconds;
        return process.ExitCode == 0 ? (wall, Children.Seconds() - before) : throw new InvalidOperationException($"{Program}: exit {process.ExitCode}: {errors.Result}");
    }

    public static Contestant Ours(string portsentry) => new("portsentry", portsentry, "replay", File, "--format", "json");

    public static Contestant Tcpdump { get; } = new("tcpdump -w /dev/null", "tcpdump", "-r", File, "-w", "/dev/null");

    /// <summary>A loop over libpcap that counts SYNs, in C: what reading and a glance cost there. Null where no C compiler or libpcap is.</summary>
    public static Contestant? PlainLoop(string folder)
    {
        var (source, program) = (Path.Combine(folder, "loop.c"), Path.Combine(folder, "loop"));
        System.IO.File.WriteAllText(source, """
            #include <stdio.h>
            #include <stdint.h>
            #include <sys/time.h>
            struct header { struct timeval time; uint32_t captured, length; };
            extern void *pcap_open_offline(const char *, char *);
            extern int pcap_loop(void *, int, void (*)(unsigned char *, const struct header *, const unsigned char *), unsigned char *);
            static uint64_t packets, syns;
            static void take(unsigned char *user, const struct header *h, const unsigned char *b)
            {
                packets++;
                if (h->captured >= 54 && b[12] == 8 && b[13] == 0 && b[23] == 6 && (b[47] & 0x12) == 2) syns++;
            }
            int main(int count, char **words)
            {
                char error[256];
                void *file = pcap_open_offline(words[1], error);
                if (!file) { fprintf(stderr, "%s\n", error); return 1; }
                pcap_loop(file, -1, take, 0);
                printf("%lu packets, %lu SYNs\n", packets, syns);
                return 0;
            }
            """);
        foreach (var library in (string[])["libpcap.so.1", "libpcap.so.0.8"])
        {
            try
            {
                using var compiler = Process.Start(new ProcessStartInfo("cc", ["-O2", "-w", "-o", program, source, "-l:" + library]) { RedirectStandardError = true })!;
                compiler.StandardError.ReadToEnd();
                compiler.WaitForExit();
                if (compiler.ExitCode == 0) return new Contestant("libpcap loop in C", program, File);
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return null;
            }
        }

        return null;
    }
}

/// <summary>getrusage(2) of the children that were waited for.</summary>
internal static partial class Children
{
    private const int RUSAGE_CHILDREN = -1;

    public static double Seconds()
    {
        // struct rusage: two timevals of two longs, then 14 longs.
        Span<long> usage = stackalloc long[18];
        if (getrusage(RUSAGE_CHILDREN, ref MemoryMarshal.GetReference(usage)) != 0) throw new InvalidOperationException("getrusage failed");
        return usage[0] + usage[2] + ((usage[1] + usage[3]) / 1e6);
    }

    [LibraryImport("libc")]
    private static partial int getrusage(int who, ref long usage);
}
