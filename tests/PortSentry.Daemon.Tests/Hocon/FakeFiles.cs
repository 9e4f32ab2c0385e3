using PortSentry.Daemon.Hocon;

namespace PortSentry.Daemon.Tests.Hocon;

/// <summary>Files in memory, by absolute path; a null text is a file that cannot be read.</summary>
internal sealed class FakeFiles : Dictionary<string, string?>, IHoconFiles
{
    public string Resolve(string? directory, string name) => Path.GetFullPath(name, directory ?? "/");

    public string? Read(string path, int maximumLength) =>
        TryGetValue(path, out var text) ? text ?? throw new IOException("Input/output error") : null;
}
