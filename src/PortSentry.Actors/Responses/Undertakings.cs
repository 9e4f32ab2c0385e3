namespace PortSentry.Actors.Responses;

/// <summary>The commands that wait for responders and disk, used on the turns of <see cref="ResponseActor"/> only.</summary>
/// <param name="timers">Asked when one is needed: an actor has none while it is built.</param>
/// <param name="patience">A command is answered by then, whatever is still under way.</param>
internal sealed class Undertakings(Func<ITimerScheduler> timers, TimeSpan patience)
{
    private readonly Dictionary<long, Undertaking> _open = [];
    private long _last;

    /// <param name="text">What has been done when all went well.</param>
    public Undertaking Open(IActorRef asker, string text)
    {
        var work = new Undertaking(++_last, asker, text);
        _open.Add(work.Id, work);
        timers().StartSingleTimer(work.Id, new GiveUp(work.Id), patience);
        return work;
    }

    /// <summary>Notes a responder's word, if the command still waits for it.</summary>
    public void Note(long work, string responder, string? error, string? report = null)
    {
        if (!_open.TryGetValue(work, out var undertaking)) return;
        undertaking.Note(responder, error, report);
        Conclude(undertaking);
    }

    /// <summary>Answers it if nothing is under way any longer.</summary>
    public void Conclude(Undertaking work)
    {
        if (!work.IsDone || !_open.Remove(work.Id)) return;
        timers().Cancel(work.Id);
        work.Answer();
    }

    public void OnGiveUp(GiveUp late)
    {
        if (_open.Remove(late.Work, out var work)) work.Answer();
    }

    internal sealed record GiveUp(long Work);
}
