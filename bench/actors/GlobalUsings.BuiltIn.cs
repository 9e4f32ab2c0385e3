global using PortSentry.Engine.Actor;
global using PortSentry.Engine.Persistence;
