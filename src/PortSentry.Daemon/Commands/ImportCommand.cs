using System.CommandLine;
using PortSentry.Daemon.Classic;

namespace PortSentry.Daemon.Commands;

/// <summary><c>import</c>: classic files as HOCON on standard output, the notes on standard error.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var conf = new Option<string?>("--conf") { Description = "portsentry.conf of 1.2, of Debian or of 2.x." };
        var ignores = new Option<string[]>("--ignore") { Description = "portsentry.ignore or portsentry.ignore.static; may be given several times." };
        var defaults = new Option<string?>("--default") { Description = "The file with TCP_MODE and UDP_MODE, as /etc/default/portsentry." };
        var command = new Command(
            "import",
            $"Turns classic files (without options {ClassicDirectory.Default} and {ClassicDirectory.DefaultsPath}) into HOCON on standard output; standard error names what differs, was repaired or not taken.") { conf, ignores, defaults };
        command.SetAction(parsed =>
        {
            try
            {
                Write(Read(parsed.GetValue(conf), parsed.GetValue(ignores) ?? [], parsed.GetValue(defaults)));
                return ExitCodes.Ok;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine($"portsentry: {exception.Message}");
                return ExitCodes.Failed;
            }
        });
        return command;
    }

    private static ClassicImport Read(string? conf, string[] ignores, string? defaults) => conf is null && ignores.Length == 0 && defaults is null
        ? ClassicDirectory.Import(ClassicDirectory.Default)
        : ClassicImporter.Import(
            conf is null ? null : ClassicDirectory.Read(conf), [.. ignores.Select(ClassicDirectory.Read)], defaults is null ? null : ClassicDirectory.Read(defaults));

    private static void Write(ClassicImport import)
    {
        foreach (var note in import.Notes) Console.Error.WriteLine(note);
        Console.Out.Write(import.Hocon);
        Console.Out.Flush();
    }
}
