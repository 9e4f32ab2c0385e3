using PortSentry.Core.Response;

namespace PortSentry.Actors.Responses;

/// <summary>
/// The blocks in force and their journal, used on the turns of <see cref="ResponseActor"/> only. What is recorded counts at once and goes to
/// the journal's writer meanwhile: a slow disk delays no block.
/// </summary>
/// <param name="persist">Writes an event; the action runs when it is on disk.</param>
/// <param name="saveSnapshot">Begins to save the state as it stands.</param>
internal sealed class ResponseBook(Action<IResponseEvent, Action> persist, Action<ResponseState> saveSnapshot)
{
    // A snapshot is as large as the state: written at each so many events, it costs about two entries of it an event.
    private const int LeastEventsPerSnapshot = 500;

    private int _unwritten;
    private int _eventsSinceSnapshot;
    private bool _isSnapshotDue;

    public ResponseState State { get; private set; } = ResponseState.Initial;

    /// <summary>Recovery: begins with a snapshot.</summary>
    public void Restore(ResponseState state) => State = state;

    /// <summary>Recovery: an event of the journal.</summary>
    public void Replay(IResponseEvent happened) => State = ResponseDecider.Apply(State, happened);

    /// <param name="written">Runs when the event is on disk.</param>
    public void Record(IResponseEvent happened, Action? written = null)
    {
        State = ResponseDecider.Apply(State, happened);
        _unwritten++;
        persist(happened, () =>
        {
            _unwritten--;
            written?.Invoke();
            _isSnapshotDue |= ++_eventsSinceSnapshot >= Math.Max(LeastEventsPerSnapshot, (State.Active.Count + State.Offenders.Count) / 2);
            Save();
        });
    }

    /// <summary>A snapshot as soon as no event is under way.</summary>
    public void Keep()
    {
        _isSnapshotDue = true;
        Save();
    }

    // The state is ahead of the journal by what is being written; a snapshot waits until it is not.
    private void Save()
    {
        if (!_isSnapshotDue || _unwritten > 0) return;
        _isSnapshotDue = false;
        _eventsSinceSnapshot = 0;
        saveSnapshot(State);
    }
}
