using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Sbnn.Sweeps.Silo.Telemetry;

/// <summary>What happens inside goes to stderr, a line each: stdout belongs to progress and tables.</summary>
public static class SbnnLogging
{
    /// <summary>Our own warnings and all errors, or everything of interest with <c>--verbose</c>.</summary>
    public static void Configure(ILoggingBuilder logging, bool verbose)
    {
        logging.ClearProviders();
        logging.AddSimpleConsole(static console => console.SingleLine = true);
        logging.AddFilter<ConsoleLoggerProvider>(null, verbose ? LogLevel.Information : LogLevel.Error);
        logging.AddFilter<ConsoleLoggerProvider>("Sbnn", verbose ? LogLevel.Information : LogLevel.Warning);
        // It says again what it throws.
        logging.AddFilter<ConsoleLoggerProvider>("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.Services.Configure<ConsoleLoggerOptions>(static console =>
            console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
