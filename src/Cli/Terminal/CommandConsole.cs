using System.Text.Json;
using Sbnn.Sweeps.Core;
using Spectre.Console;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>Where a command prints: results to standard output, everything else to standard error.</summary>
/// <param name="output">Standard output, as text.</param>
/// <param name="error">Standard error, as text.</param>
/// <param name="terminal">Standard output, as a terminal with colours and tables that are redrawn.</param>
/// <param name="isPlain">True when standard output cannot be redrawn, so that progress is printed as lines.</param>
/// <param name="openBytes">Opens standard output for bytes.</param>
/// <param name="hasDropped">Returns whether standard output has dropped some text.</param>
internal sealed class CommandConsole(
    TextWriter output, TextWriter error, IAnsiConsole terminal, bool isPlain, Func<Stream> openBytes,
    Func<bool> hasDropped)
{
    /// <summary>Standard output, for plain lines.</summary>
    public TextWriter Output => output;

    /// <summary>Standard error, for plain lines.</summary>
    public TextWriter Error => error;

    /// <summary>Standard output, for tables and progress that are drawn.</summary>
    public IAnsiConsole Terminal => terminal;

    /// <summary>
    /// True when standard output is not a terminal, or is one that cannot move its cursor (<c>TERM=dumb</c>).
    /// </summary>
    public bool IsPlain => isPlain;

    /// <summary>True when some text could not be written to standard output.</summary>
    public bool HasDropped => hasDropped();

    /// <summary>
    /// The console of this process. It also replaces <see cref="Console.Out"/> and <see cref="Console.Error"/>, so that
    /// logs and libraries survive the same write errors.
    /// </summary>
    public static CommandConsole OfProcess()
    {
        var output = new FaultTolerantWriter(Console.Out);
        Console.SetOut(output);
        Console.SetError(new FaultTolerantWriter(Console.Error));
        return new CommandConsole(
            Console.Out, Console.Error, AnsiConsole.Console, Console.IsOutputRedirected
                || !AnsiConsole.Profile.Capabilities.Ansi, Console.OpenStandardOutput, () => output.HasDropped);
    }

    /// <summary>Prints a line to standard output.</summary>
    public void Say(string line) => output.WriteLine(line);

    /// <summary>Prints a line to standard error.</summary>
    public void Warn(string line) => error.WriteLine(line);

    /// <summary>Prints a record as JSON to standard output.</summary>
    public void Json<T>(T value) => Say(JsonSerializer.Serialize(value, SbnnJson.Indented));

    /// <summary>Opens standard output for bytes.</summary>
    public Stream OpenBytes() => openBytes();

    /// <summary>Writes bytes to standard output; they do not depend on the terminal's encoding.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        await using var stream = openBytes();
        await stream.WriteAsync(bytes, cancellation);
    }
}
