namespace PortSentry.Responders.Mail;

/// <summary>
/// Mails what happened, seldom: the first alarm at once, what follows gathered into one mail an interval. A notice is taken at once and never waits
/// for a server; a mail that does not get through is tried again with growing waits, together with what came meanwhile.
/// </summary>
public sealed class MailResponder : INoticeResponder
{
    // A scan and its block come within moments and belong into one mail.
    private static readonly TimeSpan Gather = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMinutes(1);
    private const int MostDoublings = 5;

    // The daemon ends meanwhile, and the journal has it all.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(3);

    private readonly MailOptions _options;
    private readonly TimeProvider _time;
    private readonly MailSender _sender;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _stop = new();

    // Guards what follows.
    private readonly Lock _gate = new();
    private readonly List<Notice> _waiting = [];
    private Task _sending = Task.CompletedTask;
    private DateTimeOffset _notBefore;
    private bool _isArmed;
    private int _left, _tries;
    private string? _fault;

    public MailResponder(MailOptions options, ResponderServices services)
    {
        _options = options;
        _time = services.Time;
        _sender = new MailSender(options, services.Time);
        _timer = _time.CreateTimer(_ => OnTime(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Name => "mail";

    public string? Fault
    {
        get
        {
            lock (_gate) return _fault;
        }
    }

    /// <summary>The mail under way, if any; for tests.</summary>
    internal Task Sending
    {
        get
        {
            lock (_gate) return _sending;
        }
    }

    public ValueTask<ResponderResult> StartAsync(CancellationToken stop) => ValueTask.FromResult(
        _options.Transport == MailTransport.Sendmail && !File.Exists(_options.Sendmail)
            ? ResponderResult.Later($"mail: {_options.Sendmail} is not there; install a mail system, or set transport = smtp")
            : ResponderResult.Done);

    public ValueTask<ResponderResult> NotifyAsync(Notice notice, CancellationToken stop)
    {
        if (!_options.Events.Contains(notice.Event)) return ValueTask.FromResult(ResponderResult.Done);
        lock (_gate)
        {
            // Of more lines than fit the first stay: they say how it began.
            if (_waiting.Count < _options.MaxLines) _waiting.Add(notice);
            else _left++;
            Arm();
        }
        return ValueTask.FromResult(ResponderResult.Done);
    }

    /// <summary>What still waits is tried once more, for a few seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        _stop.CancelAfter(Farewell);
        await _sending;
        if (_fault is null) await SendAsync();
        _stop.Dispose();
    }

    private void Arm()
    {
        if (_isArmed || _waiting.Count == 0) return;
        _isArmed = true;
        var wait = _notBefore - _time.GetUtcNow();
        _timer.Change(wait > Gather ? wait : Gather, Timeout.InfiniteTimeSpan);
    }

    private void OnTime()
    {
        lock (_gate) _sending = Task.Run(SendAsync);
    }

    private async Task SendAsync()
    {
        Notice[] notices;
        int left;
        lock (_gate) (notices, left) = ([.. _waiting], _left);
        if (notices.Length == 0) return;
        var digest = new MailDigest(Environment.MachineName, notices, left);
        string? error;
        try
        {
            error = await _sender.SendAsync(digest.Subject, digest.Text, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        lock (_gate)
        {
            if (error is null)
            {
                _waiting.RemoveRange(0, notices.Length);
                _left -= left;
                _tries = 0;
            }
            var wait = error is null ? _options.Digest : FirstRetry * Math.Pow(2, Math.Min(_tries++, MostDoublings));
            _notBefore = _time.GetUtcNow() + wait;
            _fault = error is null ? null : $"{error}; {_waiting.Count + _left} lines wait";
            _isArmed = false;
            Arm();
        }
    }
}
