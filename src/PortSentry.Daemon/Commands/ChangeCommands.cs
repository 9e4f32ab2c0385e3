using System.CommandLine;
using PortSentry.Daemon.Control;
using PortSentry.Daemon.Hocon;
using PortSentry.Daemon.Reports;

namespace PortSentry.Daemon.Commands;

/// <summary><c>block</c>, <c>unblock</c>, <c>ignore</c>, <c>flush</c>, <c>reconcile</c>, <c>reload</c>.</summary>
internal static class ChangeCommands
{
    public static Command Block()
    {
        var (config, state) = (CommonOptions.Config(), CommonOptions.StateDirectory());
        var address = AddressArgument.Create(optional: false);
        var lasts = new Option<string?>("--for") { Description = "How long: 30s, 10m, 1h, 7d; without it for good." };
        var reason = new Option<string?>("--reason") { Description = "Why, for those who read it later." };
        lasts.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !TryDuration(token.Value, out _)) result.AddError($"'{token.Value}' is no duration: 30s, 10m, 1h, 7d.");
        });
        var command = new Command("block", "Blocks an address by hand.") { address, lasts, reason, config, state };
        command.SetAction(parsed => AskCommand.Do(
            parsed.GetValue(config), parsed.GetValue(state),
            new ControlRequest("block", parsed.GetValue(address), TryDuration(parsed.GetValue(lasts), out var time) ? time.TotalSeconds : null, parsed.GetValue(reason))));
        return command;
    }

    public static Command Unblock() => OfAddress("unblock", "Lifts a block and forgives what led to it.", "unblock");

    public static Command Flush()
    {
        var (config, classic, state) = (CommonOptions.Config(), CommonOptions.Classic(), CommonOptions.StateDirectory());
        var command = new Command("flush", "Lifts all blocks and takes everything of ours out of firewall, routes and files.") { config, classic, state };
        command.SetAction(parsed => FlushCommand.Run(parsed.GetValue(config), parsed.GetValue(classic), parsed.GetValue(state)));
        return command;
    }

    public static Command Reconcile()
    {
        var (config, state) = (CommonOptions.Config(), CommonOptions.StateDirectory());
        var command = new Command("reconcile", "Compares what should be blocked with what firewall, routes and files hold, and repairs.") { config, state };
        command.SetAction(parsed => AskCommand.Do(parsed.GetValue(config), parsed.GetValue(state), new ControlRequest("reconcile")));
        return command;
    }

    public static Command Reload()
    {
        var (config, state) = (CommonOptions.Config(), CommonOptions.StateDirectory());
        var command = new Command("reload", "Has the daemon read its configuration again, as SIGHUP does, and says what is wrong with it.") { config, state };
        command.SetAction(parsed => AskCommand.Do(parsed.GetValue(config), parsed.GetValue(state), new ControlRequest("reload")));
        return command;
    }

    public static Command Ignore()
    {
        var list = new Command("list", "Who is never blocked.");
        var (config, state) = (CommonOptions.Config(), CommonOptions.StateDirectory());
        list.Add(config);
        list.Add(state);
        list.SetAction(parsed => AskCommand.Read(
            parsed.GetValue(config), parsed.GetValue(state), new ControlRequest("ignore-list"), ReportJson.Default.StringArray, null,
            static lines =>
            {
                foreach (var line in lines) Console.WriteLine(line);
            }));
        return new Command("ignore", "Addresses that are no evidence and never blocked.")
        {
            OfAddress("add", "Adds an address or prefix, at once and for later starts.", "ignore-add"),
            OfAddress("remove", "Takes away what 'add' added.", "ignore-remove"),
            list,
        };
    }

    private static Command OfAddress(string name, string description, string request)
    {
        var (config, state) = (CommonOptions.Config(), CommonOptions.StateDirectory());
        var address = AddressArgument.Create(optional: false);
        var command = new Command(name, description) { address, config, state };
        command.SetAction(parsed => AskCommand.Do(parsed.GetValue(config), parsed.GetValue(state), new ControlRequest(request, parsed.GetValue(address))));
        return command;
    }

    private static bool TryDuration(string? text, out TimeSpan time)
    {
        time = default;
        return text is not null && DurationReader.TryRead(new HoconScalar(HoconScalarKind.String, text, default), out time) && time > TimeSpan.Zero;
    }
}
