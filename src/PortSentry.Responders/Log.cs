using Microsoft.Extensions.Logging;

namespace PortSentry.Responders;

/// <summary>Log catalogue of this project: ids 4000 to 4999.</summary>
internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Warning, "nftables table inet {Table} was gone (flushed by somebody else?): installed again with {Count} blocks")]
    public static partial void TableRestored(this ILogger log, string table, int count);
}
