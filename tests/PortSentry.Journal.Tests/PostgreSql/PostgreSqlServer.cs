using System.Diagnostics;
using Npgsql;

namespace PortSentry.Journal.Tests.PostgreSql;

/// <summary>A real PostgreSQL of our own in a temporary folder, reached by a socket in it; nothing listens on the network.</summary>
public sealed class PostgreSqlServer : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _binaries = FindBinaries();
    private readonly string _user = UnprivilegedUser();
    private int _schemas;

    public PostgreSqlServer()
    {
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_101_101);
        if (_user.Length > 0) Run("chown", _user, _folder.Path);
        AsUser("initdb", "-D", Data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
        Start();
    }

    private string Data => _folder.File("data");

    public string ConnectionString => $"Host={_folder.Path};Username=tester;Database=postgres;Timeout=5;Options=-c client_min_messages=warning";

    /// <summary>An empty schema and a connection string that leads into it.</summary>
    public string NewSchema()
    {
        var name = $"s{Interlocked.Increment(ref _schemas)}";
        Execute(ConnectionString, $"CREATE SCHEMA {name}");
        return $"{ConnectionString};Search Path={name}";
    }

    public static void Execute(string connectionString, string sql)
    {
        using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Start() => AsUser(
        "pg_ctl", "-D", Data, "-w", "-l", _folder.File("log"),
        "-o", $"-k {_folder.Path} -c listen_addresses='' -c unix_socket_permissions=0777 -c fsync=off -c shared_buffers=32MB -c max_connections=60",
        "start");

    /// <summary>As after a crash: no clients are waited for, nothing is written out.</summary>
    public void Crash() => AsUser("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");

    public void Dispose()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid"))) Crash();
        _folder.Dispose();
    }

    private static string FindBinaries() =>
        Directory.Exists("/usr/lib/postgresql")
        && Directory.GetDirectories("/usr/lib/postgresql")
            .Select(version => Path.Combine(version, "bin"))
            .Where(bin => File.Exists(Path.Combine(bin, "initdb")))
            .MaxBy(bin => int.TryParse(Path.GetFileName(Path.GetDirectoryName(bin)), out var major) ? major : 0) is { } found
            ? found
            : throw new InvalidOperationException(
                "The PostgreSQL journal is tested against a real server, and there is no /usr/lib/postgresql/*/bin/initdb: apt-get install postgresql (build.sh test does it).");

    // postgres refuses to run as root.
    private static string UnprivilegedUser()
    {
        if (!Environment.IsPrivilegedProcess) return "";
        return File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";
    }

    private void AsUser(string program, params string[] arguments)
    {
        var path = Path.Combine(_binaries, program);
        if (_user.Length == 0) Run(path, arguments);
        else Run("runuser", ["-u", _user, "--", path, .. arguments]);
    }

    private void Run(string program, params string[] arguments)
    {
        // No pipes: the server would inherit them and hold them open.
        var start = new ProcessStartInfo("sh", ["-c", "out=$1; shift; exec \"$@\" >\"$out\" 2>&1 </dev/null", "sh", _folder.File("out"), program, .. arguments])
        {
            WorkingDirectory = _folder.Path,
        };
        using var process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            var log = File.Exists(_folder.File("log")) ? File.ReadAllText(_folder.File("log")) : "";
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed: {File.ReadAllText(_folder.File("out"))}{log}");
        }
    }
}
