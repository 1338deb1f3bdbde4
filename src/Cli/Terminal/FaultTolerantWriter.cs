using System.Text;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>
/// Standard output or standard error, whatever becomes of it: words for which there is no room (a log on a full
/// disk), or nobody any more (a
/// terminal that is gone), are dropped, and what they tell of goes on.
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
        catch (Exception error) when (error is IOException or UnauthorizedAccessException) // The latter: it is closed.
        {
            HasDropped = true;
        }
    }
}
