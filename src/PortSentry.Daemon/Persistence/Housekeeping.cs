using Microsoft.Extensions.Logging;
using PortSentry.Actors.Responses;
using PortSentry.Actors.Sources;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using PortSentry.Journal;

namespace PortSentry.Daemon.Persistence;

/// <summary>Keeps the journal from growing for ever: forgets sources that have long been silent, and gives the room back.</summary>
internal sealed class Housekeeping : IDisposable
{
    private static readonly TimeSpan First = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Every = TimeSpan.FromHours(24);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private const long MostReclaimed = 64 << 20;

    private readonly IEventJournal _journal;
    private readonly IActorRef _region, _response;
    private readonly Func<TimeSpan> _keep;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _timer;
    private int _isRunning;

    /// <param name="keep">Asked at each run: a reload may change it.</param>
    public Housekeeping(IEventJournal journal, IActorRef region, IActorRef response, Func<TimeSpan> keep, TimeProvider time, ILogger logger)
    {
        (_journal, _region, _response, _keep, _time, _logger) = (journal, region, response, keep, time, logger);
        _timer = time.CreateTimer(_ => _ = RunAsync(), null, First, Every);
    }

    /// <summary>One round; a second one meanwhile does nothing.</summary>
    /// <returns>Sources forgotten.</returns>
    public async Task<int> RunAsync()
    {
        if (Interlocked.Exchange(ref _isRunning, 1) != 0) return 0;
        try
        {
            var live = (await _region.Ask<LiveSources>(GetLiveSources.Instance, Patience)).Sources.Select(SourceActor.IdOf);
            var blocked = (await _response.Ask<ActiveBlocks>(GetActiveBlocks.Instance, Patience)).Blocks.Select(static block => SourceActor.IdOf(KeyOf(block.Target)));
            var kept = live.Concat(blocked).ToHashSet();
            var before = Instant.From(_time.GetUtcNow()) - _keep();
            return await Task.Run(() =>
            {
                var forgotten = _journal.ForgetIdle(EventTags.SourcePrefix, before, id => !kept.Contains(id), _stop.Token);
                if (forgotten > 0) _journal.Reclaim(MostReclaimed);
                return forgotten;
            });
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
        catch (Exception exception) when (exception is JournalException or AskTimeoutException)
        {
            DaemonLog.HousekeepingFailed(_logger, exception.Message);
            return 0;
        }
        finally
        {
            Volatile.Write(ref _isRunning, 0);
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _stop.Cancel();
        _stop.Dispose();
    }

    private static Prefix KeyOf(Prefix target) => target.IsHost ? SourceKey.Of(target.Network) : target;
}
