using System.Diagnostics;
using System.Globalization;
using PortSentry.Bench.Replay;

// Packets of the file, and runs of each program, in turns: whoever else works on the machine slows both.
var packets = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
var runs = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 5;
var portsentry = Environment.GetEnvironmentVariable("PORTSENTRY") is { Length: > 0 } given
    ? given
    : Path.GetFullPath("artifacts/portsentry/portsentry");
if (!File.Exists(portsentry))
{
    Console.Error.WriteLine($"There is no {portsentry}: run ./build.sh publish, or set PORTSENTRY to the launcher.");
    return 1;
}

var folder = Directory.CreateTempSubdirectory("portsentry-replay-");
try
{
    var capture = Path.Combine(folder.FullName, "busy.pcap");
    CaptureFile.Write(capture, packets);
    List<double> ours = [], theirs = [];
    for (var run = 0; run < runs; run++)
    {
        theirs.Add(Seconds("tcpdump", "-r", capture, "-w", "/dev/null"));
        ours.Add(Seconds(portsentry, "replay", capture, "--format", "json"));
    }

    var (our, their) = (Median(ours), Median(theirs));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{packets} packets, {new FileInfo(capture).Length >> 20} MiB, medians of {runs}: portsentry replay {our:0.00} s ({packets / our / 1e6:0.00} M packets/s, start included), tcpdump -w /dev/null {their:0.00} s; ratio {our / their:0.00}"));
    return 0;
}
finally
{
    folder.Delete(recursive: true);
}

static double Seconds(string program, params string[] arguments)
{
    var clock = Stopwatch.StartNew();
    using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    var errors = process.StandardError.ReadToEndAsync();
    process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    return process.ExitCode == 0 ? clock.Elapsed.TotalSeconds : throw new InvalidOperationException($"{program}: exit {process.ExitCode}: {errors.Result}");
}

static double Median(List<double> values)
{
    values.Sort();
    return values[values.Count / 2];
}
