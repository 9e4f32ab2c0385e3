global using PortSentry.Engine;
global using PortSentry.Engine.Actor;
global using PortSentry.Engine.Event;
global using PortSentry.Engine.Pattern;
global using PortSentry.Engine.Persistence;
global using PortSentry.Engine.TestKit;
global using PortSentry.Engine.TestKit.Xunit2;
