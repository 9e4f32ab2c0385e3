global using PortSentry.Engine.Actor;
