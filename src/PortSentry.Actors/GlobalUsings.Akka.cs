global using Akka;
global using Akka.Actor;
global using Akka.Event;
global using Akka.Pattern;
global using Akka.Persistence;
// Akka.Actor has an Address of its own; ours is the one that is meant, on either engine.
global using Address = PortSentry.Core.Addresses.Address;
