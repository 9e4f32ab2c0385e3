using System.Text.Json.Serialization;

namespace PortSentry.Daemon.Reports;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BlockReport))]
[JsonSerializable(typeof(HistoryReport))]
[JsonSerializable(typeof(WhyReport))]
[JsonSerializable(typeof(StatusReport))]
[JsonSerializable(typeof(BlockReport[]))]
[JsonSerializable(typeof(HistoryReport[]))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(Control.ControlRequest))]
[JsonSerializable(typeof(Control.ControlAnswer))]
internal sealed partial class ReportJson : JsonSerializerContext;
