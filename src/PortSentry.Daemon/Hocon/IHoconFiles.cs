namespace PortSentry.Daemon.Hocon;

/// <summary>Where included files come from: the disk, or a test's dictionary.</summary>
public interface IHoconFiles
{
    /// <summary>An absolute path without "." and "..", so that the same file has the same name each time.</summary>
    string Resolve(string? directory, string name);

    /// <summary>The text of a file, or null where there is none of that name.</summary>
    /// <param name="maximumLength">In UTF-16 units; a longer file is refused without being read whole.</param>
    /// <exception cref="IOException">It is there and cannot be read, is longer than allowed, or is not UTF-8.</exception>
    /// <exception cref="UnauthorizedAccessException">It is there and may not be read.</exception>
    string? Read(string path, int maximumLength);
}
