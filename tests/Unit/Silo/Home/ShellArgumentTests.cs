using System.Diagnostics;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Tests.Unit.Silo.Home;

/// <summary>Tests arguments with a real shell.</summary>
public sealed class ShellArgumentTests
{
    [Theory]
    [InlineData("")]
    [InlineData("--slots=2")]
    [InlineData("~/folder")]
    [InlineData("two words")]
    [InlineData("it's \"$HOME\" `id` \\ # *")]
    [InlineData("line\nline\n'")]
    public void Of_GivesAShellTheSameArgument(string text)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-s"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        shell.StandardInput.Write($"printf '%s|' {ShellArgument.Of(text)} next\n");
        shell.StandardInput.Close();

        Assert.Equal($"{text}|next|", shell.StandardOutput.ReadToEnd());
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
    }
}
