using System.Text.Json;
using Sbnn.Sweeps.Core;
using Spectre.Console;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>Where a verb prints: results to standard output, everything else to standard error.</summary>
/// <param name="output">Standard output, as text.</param>
/// <param name="error">Standard error, as text.</param>
/// <param name="terminal">Standard output, as a terminal with colours and tables that are redrawn.</param>
/// <param name="isPlain">True when nothing can be redrawn on standard output: then lines are added.</param>
/// <param name="openBytes">Opens standard output for bytes.</param>
/// <param name="hasDropped">Tells whether standard output has dropped something.</param>
internal sealed class CommandConsole(
    TextWriter output, TextWriter error, IAnsiConsole terminal, bool isPlain, Func<Stream> openBytes,
    Func<bool> hasDropped)
{
    /// <summary>Standard output, for plain lines.</summary>
    public TextWriter Output => output;

    /// <summary>Standard error, for plain lines.</summary>
    public TextWriter Error => error;

    /// <summary>Standard output, for what is drawn.</summary>
    public IAnsiConsole Terminal => terminal;

    /// <summary>
    /// True when standard output is no terminal, or one that cannot move its cursor (<c>TERM=dumb</c>).
    /// </summary>
    public bool IsPlain => isPlain;

    /// <summary>True when not all that was to be printed found room on standard output.</summary>
    public bool HasDropped => hasDropped();

    /// <summary>
    /// The console of this process. Logs and libraries that print by themselves endure what it endures.
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

    /// <summary>A line on standard output.</summary>
    public void Say(string line) => output.WriteLine(line);

    /// <summary>A line on standard error.</summary>
    public void Warn(string line) => error.WriteLine(line);

    /// <summary>A record as JSON, alone on standard output.</summary>
    public void Json<T>(T value) => Say(JsonSerializer.Serialize(value, SbnnJson.Indented));

    /// <summary>Standard output for bytes.</summary>
    public Stream OpenBytes() => openBytes();

    /// <summary>Bytes on standard output, which are the same whatever the terminal's encoding is.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        await using var stream = openBytes();
        await stream.WriteAsync(bytes, cancellation);
    }
}
