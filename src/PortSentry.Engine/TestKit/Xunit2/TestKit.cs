using PortSentry.Engine.Actor.Setup;
using PortSentry.Engine.Configuration;

namespace PortSentry.Engine.TestKit.Xunit2;

/// <summary>Base class of a test: one actor system a test, ended with it.</summary>
public class TestKit : TestKitBase, IDisposable
{
    private readonly SynchronizationContext? _contextBefore = SynchronizationContext.Current;
    private bool _disposed;

    public TestKit(ActorSystem? system = null) : this(system, null, null) { }

    public TestKit(ActorSystemSetup config, string? actorSystemName = null) : this(null, config, actorSystemName) { }

    public TestKit(Config config, string? actorSystemName = null)
        : this(null, ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config)), actorSystemName) { }

    public TestKit(string config) : this(ConfigurationFactory.ParseString(config)) { }

    private TestKit(ActorSystem? system, ActorSystemSetup? setup, string? systemName) : base(Assertions, system, setup, systemName)
    {
        if (this is INoImplicitSender) return;
        ActorCell.Current = Cell;
        SynchronizationContext.SetSynchronizationContext(new CellKeepingContext(Cell));
    }

    protected static new XunitAssertions Assertions { get; } = new();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Before the system ends. By default ends it.</summary>
    protected virtual void AfterAll() => Shutdown();

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing || _disposed) return;
        _disposed = true;
        try
        {
            AfterAll();
        }
        finally
        {
            if (ReferenceEquals(ActorCell.Current, Cell)) ActorCell.Current = null;
            SynchronizationContext.SetSynchronizationContext(_contextBefore);
        }
    }
}
