using System.CommandLine;
using PortSentry.Core.Addresses;

namespace PortSentry.Daemon.Commands;

/// <summary>An address or prefix on the command line, checked before anything is asked.</summary>
internal static class AddressArgument
{
    public static Argument<string?> Create(bool optional)
    {
        var argument = new Argument<string?>("ADDR")
        {
            Description = "An address, or a prefix ADDR/BITS.",
            Arity = optional ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
        };
        argument.Validators.Add(static result =>
        {
            foreach (var token in result.Tokens)
                if (!Prefix.TryParse(token.Value, out _)) result.AddError($"'{token.Value}' is no address.");
        });
        return argument;
    }
}
