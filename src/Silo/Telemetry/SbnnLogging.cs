using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Sbnn.Sweeps.Silo.Telemetry;

/// <summary>Log messages go to stderr, one line each, because stdout is for progress and tables.</summary>
public static class SbnnLogging
{
    /// <summary>Logs this project's warnings and all errors; with <c>--verbose</c> also information messages.</summary>
    public static void Configure(ILoggingBuilder logging, bool verbose)
    {
        logging.ClearProviders();
        logging.AddSimpleConsole(static console => console.SingleLine = true);
        logging.AddFilter<ConsoleLoggerProvider>(null, verbose ? LogLevel.Information : LogLevel.Error);
        logging.AddFilter<ConsoleLoggerProvider>("Sbnn", verbose ? LogLevel.Information : LogLevel.Warning);
        // The host also throws the errors that it logs, so each would be printed twice.
        logging.AddFilter<ConsoleLoggerProvider>("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.Services.Configure<ConsoleLoggerOptions>(static console =>
            console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
