using System.Text;

namespace Sbnn.Sweeps.Reports;

/// <summary>A file of a report.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Render">Renders its bytes.</param>
public sealed record ReportFile(string Name, Func<byte[]> Render)
{
    /// <summary>
    /// Another file of the report with the same content, such as the SVG of a PNG; null for none. It is written after
    /// this file, so when it is up to date, this file is, too.
    /// </summary>
    public ReportFile? Original { get; init; }

    /// <summary>Creates a file that contains a text as UTF-8.</summary>
    public static ReportFile Of(string name, string text) => new(name, () => Encoding.UTF8.GetBytes(text));
}
