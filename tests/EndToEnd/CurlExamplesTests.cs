using System.Diagnostics;
using System.Text.RegularExpressions;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd;

/// <summary>Runs the curl examples of <c>docs/http-api.md</c> in one shell, as a reader who pastes them does.</summary>
public sealed partial class CurlExamplesTests : IDisposable
{
    private const string Separator = "-----";

    // What each example prints. The fourth writes the table into a file, which the test prints.
    private static readonly string[] Answers =
        ["\"plan\":{", "event: submitted", "\"items\":[{", @"\begin{tabular}", "\"now\":\"paused\""];

    private readonly Workplace _workplace = new();

    public void Dispose() => _workplace.Dispose();

    [Fact]
    public async Task Examples_PrintTheirAnswers()
    {
        Expected.Require(File.Exists("/usr/bin/curl"), "curl",
            "/usr/bin/curl: no such file; install curl (Debian: apt-get install curl)");
        var page = await File.ReadAllTextAsync(Repository.PathOf("docs", "http-api.md"), Workplace.Cancellation);
        var blocks = ShellBlock().Matches(page).Select(static block => block.Groups[1].Value).ToList();
        Assert.Equal(1 + Answers.Length, blocks.Count);
        var (address, _) = await _workplace.StartCommand(
            "serve", "--role", "head", "--data", _workplace.DataRoot, "--out", _workplace.Out).DashboardAsync();
        Directory.CreateSymbolicLink(Path.Combine(_workplace.Folder, ".sbnn"), _workplace.Home);
        blocks[0] = blocks[0].Replace("http://127.0.0.1:<port>/", address, StringComparison.Ordinal);
        // Nothing has changed since the first download, so the second one gets no table.
        var again = blocks[4].TrimEnd() + " -w '%{http_code}'\n";
        blocks[4] += "cat tiny.tex\n";

        var printed = await RunAsync(string.Join($"echo {Separator}\n", blocks.Append(again)));

        var answers = printed.Split(Separator);
        Assert.Equal(blocks.Count + 1, answers.Length);
        foreach (var (answer, expected) in answers.Skip(1).Zip(Answers.Append("304")))
            Assert.Contains(expected, answer, StringComparison.Ordinal);
    }

    private async Task<string> RunAsync(string script)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-e", "-c", script])
        {
            WorkingDirectory = _workplace.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var shell = Process.Start(start)!;
        var output = shell.StandardOutput.ReadToEndAsync(Workplace.Cancellation);
        var errors = shell.StandardError.ReadToEndAsync(Workplace.Cancellation);
        await shell.WaitForExitAsync(Workplace.Cancellation);
        Assert.True(shell.ExitCode == 0, $"{script}\nexit code {shell.ExitCode}\n{await output}{await errors}");
        return await output;
    }

    [GeneratedRegex("^```sh\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ShellBlock();
}
