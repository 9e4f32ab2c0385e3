global using Akka.Actor;
global using Address = PortSentry.Core.Addresses.Address;
