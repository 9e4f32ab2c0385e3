namespace PortSentry.Engine.Pattern;

/// <summary>A call came at a moment when the object cannot serve it.</summary>
public sealed class IllegalStateException(string message, Exception? innerException = null) : Exception(message, innerException);
