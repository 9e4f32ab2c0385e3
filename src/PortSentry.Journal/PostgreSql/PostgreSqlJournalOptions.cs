namespace PortSentry.Journal.PostgreSql;

/// <summary>How the PostgreSQL journal is reached.</summary>
/// <param name="ConnectionString">
/// As Npgsql takes it, for example "Host=/run/postgresql;Database=portsentry". "Options=-c synchronous_commit=off" in it makes
/// commits several times faster and lets a crash of the server lose the last 0.6 s; a kill of this process loses nothing either way.
/// </param>
public sealed record PostgreSqlJournalOptions(string ConnectionString)
{
    /// <summary>How long one statement may take. Shorter gives up on a busy server; longer lets the writer stand behind a dead one.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Connections for reading. More than that wait for a free one.</summary>
    public int Readers { get; init; } = 4;

    /// <summary>Stamps schema steps.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
