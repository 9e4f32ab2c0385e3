using PortSentry.Daemon.Commands;

return CommandLine.Run(args);
