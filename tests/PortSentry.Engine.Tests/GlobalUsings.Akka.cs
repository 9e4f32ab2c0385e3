global using Akka;
global using Akka.Actor;
global using Akka.Event;
global using Akka.Pattern;
global using Akka.Persistence;
global using Akka.TestKit;
global using Akka.TestKit.Xunit2;
