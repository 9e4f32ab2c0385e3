namespace PortSentry.Engine.Configuration;

/// <summary>A setting names something that does not exist.</summary>
public sealed class ConfigurationException(string message, Exception? innerException = null) : AkkaException(message, innerException);
