using Sbnn.Sweeps.Cli.Terminal;
using Spectre.Console;

namespace Sbnn.Sweeps.Tests.Unit.Cli;

/// <summary>A console that keeps its two streams as text.</summary>
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

    /// <summary>The bytes that a command wrote to standard output as bytes, not as text.</summary>
    public MemoryStream Bytes { get; } = new();

    /// <summary>The value of <see cref="CommandConsole.HasDropped"/>.</summary>
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
