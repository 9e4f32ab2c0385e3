using PortSentry.Responders;
using PortSentry.Responders.Command;

namespace PortSentry.Daemon.Configuration;

/// <summary>
/// The responders by their names in the configuration: every one that <see cref="Registry"/> has, a dot in its name written as a hyphen, and
/// the one kind that comes twice.
/// </summary>
internal static class ResponderSections
{
    public static readonly IReadOnlyList<ResponderSection> All =
    [
        .. Registry.Blocks.Values.Select(static one => Of(one.Name, one.Options)),
        .. Registry.Notices.Values.Select(static one => Of(one.Name, one.Options)),

        // As the classic one has it: KILL_ROUTE blocks, KILL_RUN_CMD (command) tells.
        new("kill-route", "command", static () => new CommandOptions { Blocks = true }),
    ];

    // Binding fills an object in, and the registry's own defaults must stay what they are.
    private static ResponderSection Of(string kind, IResponderOptions defaults) =>
        new(kind.Replace('.', '-'), kind, () => (IResponderOptions)Activator.CreateInstance(defaults.GetType())!);
}

/// <param name="Name">In response.responders, and of the section.</param>
/// <param name="Kind">In <see cref="Registry"/>.</param>
internal sealed record ResponderSection(string Name, string Kind, Func<IResponderOptions> Create);
