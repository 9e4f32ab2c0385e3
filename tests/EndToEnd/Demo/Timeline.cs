using PortSentry.EndToEnd.Lab;

namespace PortSentry.EndToEnd.Demo;

/// <summary>Lines as they come, with their distance from the first probe. What comes before that is known waits for it.</summary>
internal sealed class Timeline(Screen screen)
{
    private readonly Lock _lock = new();
    private readonly List<StampedLine> _waiting = [];
    private DateTimeOffset? _start;
    private bool _ended;

    public void Start(DateTimeOffset firstProbe)
    {
        lock (_lock)
        {
            _start = firstProbe;
            screen.Live(TimeSpan.Zero, "first probe leaves the attacker");
            foreach (var line in _waiting.OrderBy(line => line.At)) screen.Live(line.At - firstProbe, line.Text);
            _waiting.Clear();
        }
    }

    public void Add(StampedLine line)
    {
        lock (_lock)
        {
            if (_ended) return;
            if (_start is { } start) screen.Live(line.At - start, line.Text);
            else _waiting.Add(line);
        }
    }

    public void End()
    {
        lock (_lock) _ended = true;
    }
}
