using System.Diagnostics;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Reports;

/// <summary>
/// The installed TeX programs. Without one, a test is skipped, or fails if SBNN_EXPECT names "latex".
/// </summary>
internal static class LatexCompiler
{
    private static readonly string[] Programs = ["pdflatex", "lualatex"];

    /// <summary>
    /// Compiles files with each program of <see cref="Programs"/> that is installed. The test fails on any error.
    /// </summary>
    public static async Task CompileAsync(IEnumerable<string> files)
    {
        var installed = Programs.Where(static name => File.Exists($"/usr/bin/{name}")).ToList();
        Expected.Require(installed.Count > 0, "latex",
            "no TeX is installed; on Debian: apt-get install texlive-latex-recommended lmodern");
        foreach (var file in files)
            foreach (var program in installed) await CompileAsync($"/usr/bin/{program}", file);
    }

    private static async Task CompileAsync(string program, string file)
    {
        using var process = Process.Start(new ProcessStartInfo(program)
        {
            ArgumentList = { "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", file },
            WorkingDirectory = Path.GetDirectoryName(file),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 0, $"{program} {Path.GetFileName(file)}:\n{output}");
    }
}
