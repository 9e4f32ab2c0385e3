namespace PortSentry.Actors.Responses;

/// <summary>An operator's command that waits for the responders and for the disk; answered once.</summary>
/// <param name="text">What has been done when all went well.</param>
internal sealed class Undertaking(long id, IActorRef asker, string text)
{
    private readonly Dictionary<string, int> _waiting = [];
    private readonly List<string> _reports = [];
    private readonly List<string> _problems = [];
    private int _unwritten;

    public long Id => id;

    public bool IsDone => _unwritten == 0 && _waiting.Count == 0;

    public void Expect(string responder) => _waiting[responder] = _waiting.GetValueOrDefault(responder) + 1;

    public void ExpectWrite() => _unwritten++;

    public void Written() => _unwritten--;

    /// <param name="error">Null when it went well.</param>
    /// <param name="report">Added to the answer.</param>
    public void Note(string responder, string? error, string? report = null)
    {
        if (_waiting.GetValueOrDefault(responder) > 1) _waiting[responder]--;
        else _waiting.Remove(responder);
        if (error is not null && !_problems.Contains($"{responder}: {error}")) _problems.Add($"{responder}: {error}");
        if (report is not null) _reports.Add(report);
    }

    /// <summary>Says what became of it, also when parts are still under way.</summary>
    public void Answer()
    {
        foreach (var responder in _waiting.Keys) _problems.Add($"{responder}: still under way");
        if (_unwritten > 0) _problems.Add("journal: not on disk yet, see 'portsentry status'");
        asker.Tell(new Answer(_problems.Count == 0, string.Join("; ", (string[])[text, .. _reports, .. _problems])));
    }
}
