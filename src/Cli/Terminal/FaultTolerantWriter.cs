using System.Text;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>
/// Standard output or standard error that survives write errors. Text that cannot be written, because the disk is full
/// or the terminal is gone, is dropped, and the command continues.
/// </summary>
internal sealed class FaultTolerantWriter(TextWriter inner) : TextWriter
{
    /// <summary>True when something was dropped.</summary>
    public bool HasDropped { get; private set; }

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    public override void Flush() => Try(inner.Flush);

    private void Try(Action write)
    {
        try
        {
            write();
        }
        // A closed terminal throws UnauthorizedAccessException.
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            HasDropped = true;
        }
    }
}
