using System.Collections.Immutable;
using PortSentry.Core.Addresses;

namespace PortSentry.Daemon.Live;

/// <summary>A file of addresses in the format of portsentry.ignore: ADDR or ADDR/BITS a line, # in column 0, the rest of a line ignored.</summary>
internal sealed class IgnoreFile
{
    private readonly string _path;
    private DateTime _stamp;
    private long _length = -1;

    public IgnoreFile(string path)
    {
        _path = path;
        Refresh();
    }

    public ImmutableArray<Prefix> Prefixes { get; private set; } = [];

    /// <summary>What was wrong at the last reading: a line that is no address, or the file itself.</summary>
    public string? Error { get; private set; }

    /// <summary>Reads the file if it changed. A file that cannot be read leaves the list as it was: a friend must not become a foe by a typing error.</summary>
    public bool Refresh()
    {
        try
        {
            var info = new FileInfo(_path);
            var (stamp, length) = info.Exists ? (info.LastWriteTimeUtc, info.Length) : (default, 0);
            if (stamp == _stamp && length == _length) return false;
            (_stamp, _length) = (stamp, length);
            Prefixes = info.Exists ? Parse(File.ReadAllLines(_path)) : [];
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Error = $"{_path}: {exception.Message}";
            return false;
        }
    }

    /// <summary>Replaces the file as a whole, so that a reader never sees half of it.</summary>
    public void Write(ImmutableArray<Prefix> prefixes)
    {
        var fresh = _path + ".new";
        File.WriteAllLines(fresh, ["# Addresses that 'portsentry ignore add' added.", .. prefixes.Select(static prefix => prefix.ToString())]);
        File.Move(fresh, _path, overwrite: true);
        Refresh();
    }

    private ImmutableArray<Prefix> Parse(string[] lines)
    {
        Error = null;
        var prefixes = ImmutableArray.CreateBuilder<Prefix>();
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            if (line.Length == 0 || line[0] == '#' || string.IsNullOrWhiteSpace(line)) continue;
            var word = line.Trim().Split([' ', '\t', ';', '#'], 2)[0];
            if (Prefix.TryParse(word, out var prefix)) prefixes.Add(prefix);
            else Error ??= $"{_path}:{i + 1}: '{word}' is no address; expected ADDR or ADDR/BITS";
        }
        return prefixes.ToImmutable();
    }
}
