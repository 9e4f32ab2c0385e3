global using PortSentry.Engine;
global using PortSentry.Engine.Actor;
global using PortSentry.Engine.Event;
global using PortSentry.Engine.Pattern;
global using PortSentry.Engine.Persistence;
// Akka.Actor has an Address of its own; ours is the one that is meant, on either engine.
global using Address = PortSentry.Core.Addresses.Address;
