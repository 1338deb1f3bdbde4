using Sbnn.Sweeps.Cli.Terminal;
using Spectre.Console;

namespace Sbnn.Sweeps.Tests.Unit.Cli;

/// <summary>A console whose two streams are kept as text.</summary>
internal sealed class CapturedConsole : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public CapturedConsole() => Console = new CommandConsole(
        TextWriter.Synchronized(_output),
        TextWriter.Synchronized(_error),
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(_output) }),
        isPlain: true,
        () => Bytes,
        () => HasDropped);

    public CommandConsole Console { get; }

    /// <summary>What is written as bytes.</summary>
    public MemoryStream Bytes { get; } = new();

    /// <summary>What the console says about words that found no room.</summary>
    public bool HasDropped { get; init; }

    public string Output => _output.ToString();

    public string Error => _error.ToString();

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
        Bytes.Dispose();
    }
}
