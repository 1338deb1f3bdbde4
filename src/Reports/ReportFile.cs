using System.Text;

namespace Sbnn.Sweeps.Reports;

/// <summary>A file of a report.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Render">Renders its bytes.</param>
internal sealed record ReportFile(string Name, Func<byte[]> Render)
{
    /// <summary>
    /// The file of the same report that determines this one, and is written after it; null for none. While that file is
    /// up to date, so is this one.
    /// </summary>
    public ReportFile? Original { get; init; }

    /// <summary>A file of a text, as UTF-8.</summary>
    public static ReportFile Of(string name, string text) => new(name, () => Encoding.UTF8.GetBytes(text));
}
