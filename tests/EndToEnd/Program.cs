using PortSentry.EndToEnd;
using PortSentry.EndToEnd.Block;
using PortSentry.EndToEnd.Demo;

// The test runner loads this assembly and never comes here.
using var stop = new CancellationTokenSource();
using var interrupt = PosixStop.On(stop);
return args switch
{
    ["demo"] => await new Demonstration(new Screen()).RunAsync(stop.Token),
    ["block"] => await TimeToBlock.RunAsync(10, stop.Token),
    ["block", var runs] when int.TryParse(runs, System.Globalization.CultureInfo.InvariantCulture, out var count) && count > 0 => await TimeToBlock.RunAsync(count, stop.Token),
    ["decision"] => await DecisionTime.RunAsync(200, stop.Token),
    ["decision", var scans] when int.TryParse(scans, System.Globalization.CultureInfo.InvariantCulture, out var count) && count > 0 => await DecisionTime.RunAsync(count, stop.Token),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: EndToEnd demo | block [RUNS] | decision [SCANS]; the tests run by `dotnet test` (./build.sh test)");
    return 2;
}
