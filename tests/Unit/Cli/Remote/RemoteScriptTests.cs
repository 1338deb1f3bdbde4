using System.Diagnostics;
using Sbnn.Sweeps.Cli.Remote;

namespace Sbnn.Sweeps.Tests.Unit.Cli.Remote;

/// <summary>Tests how texts reach a host's shell.</summary>
public sealed class RemoteScriptTests
{
    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("it's \"$HOME\" `id` \\ # *")]
    [InlineData("line\nline\n'")]
    public void Quote_GivesAShellTheSameText(string text)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-s"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        shell.StandardInput.Write($"text={RemoteScript.Quote(text)}\nprintf '%s' \"$text\"\n");
        shell.StandardInput.Close();

        Assert.Equal(text, shell.StandardOutput.ReadToEnd());
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
    }
}
