global using PortSentry.Engine.Actor;
global using Address = PortSentry.Core.Addresses.Address;
