using System.Collections.Immutable;
using PortSentry.Core.Addresses;

namespace PortSentry.Daemon.Live;

/// <summary>
/// Who is never evidence and never blocked: the configuration's list, a classic ignore file (read again when it changes) and what
/// operators add at run time, which is kept in a file of the state directory in the classic format. Look-ups take no lock.
/// </summary>
internal sealed class IgnoreList : IDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private readonly IgnoreFile? _classic;
    private readonly IgnoreFile _own;
    private readonly ITimer _timer;
    private readonly Lock _changing = new();
    private ImmutableArray<Prefix> _configured;
    private ImmutableArray<Prefix> _all;

    /// <param name="ownFile">Where additions are kept.</param>
    public IgnoreList(IReadOnlyList<Prefix> configured, string? classicFile, string ownFile, TimeProvider time)
    {
        _configured = [.. configured];
        _classic = classicFile is null ? null : new IgnoreFile(classicFile);
        _own = new IgnoreFile(ownFile);
        _all = Merge();
        _timer = time.CreateTimer(_ => Refresh(), null, LookAgain, LookAgain);
    }

    public IReadOnlyList<Prefix> All => _all;

    /// <summary>Why the file could not be read; null when all is well.</summary>
    public string? Error => _classic?.Error ?? _own.Error;

    public bool Contains(Address address)
    {
        foreach (var prefix in _all)
            if (prefix.Contains(address)) return true;
        return false;
    }

    /// <summary>Whether any address of the target is on the list.</summary>
    public bool Touches(Prefix target)
    {
        foreach (var prefix in _all)
            if (prefix.Contains(target.Network) || target.Contains(prefix.Network)) return true;
        return false;
    }

    public void Configure(IReadOnlyList<Prefix> configured)
    {
        lock (_changing)
        {
            _configured = [.. configured];
            _all = Merge();
        }
    }

    /// <exception cref="IOException">The file cannot be written.</exception>
    public bool Add(Prefix prefix)
    {
        lock (_changing)
        {
            if (_own.Prefixes.Contains(prefix)) return false;
            _own.Write(_own.Prefixes.Add(prefix));
            _all = Merge();
            return true;
        }
    }

    /// <summary>Takes away what was added; entries of the configuration stay.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public bool Remove(Prefix prefix)
    {
        lock (_changing)
        {
            if (!_own.Prefixes.Contains(prefix)) return false;
            _own.Write(_own.Prefixes.Remove(prefix));
            _all = Merge();
            return true;
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Refresh()
    {
        lock (_changing)
        {
            var changed = _own.Refresh();
            if (_classic is not null) changed |= _classic.Refresh();
            if (changed) _all = Merge();
        }
    }

    private ImmutableArray<Prefix> Merge() => [.. _configured.Concat(_classic?.Prefixes ?? []).Concat(_own.Prefixes).Distinct()];
}
