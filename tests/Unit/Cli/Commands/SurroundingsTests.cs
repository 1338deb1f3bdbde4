using Sbnn.Sweeps.Cli.Commands;
using Sbnn.Sweeps.Silo.Home;
using Sbnn.Sweeps.Silo.Trainers;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Cli.Commands;

/// <summary>Tests how commands use environment variables and the working folder.</summary>
[Collection(typeof(ProcessState))]
public sealed class SurroundingsTests
{
    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void Defaults_AreUsed_WhenVariablesAreBlank(string blank)
    {
        using var home = ProcessState.Set("SBNN_HOME", blank);
        using var data = ProcessState.Set("SBNN_DATA", blank);
        using var cache = ProcessState.Set("XDG_CACHE_HOME", "/cache");
        using var trainer = ProcessState.Set("SBNN_TRAINER", blank);

        Assert.Equal(Path.GetFullPath(".sbnn"), HomeFolder.Default.Path);
        var option = SharedOptions.Data();
        Assert.Equal("/cache/sbnn", new System.CommandLine.RootCommand { option }.Parse([]).GetValue(option)!.FullName);
        Assert.DoesNotContain("SBNN_TRAINER: ", Record.Exception(static () => TrainerProgram.Find())?.Message
            ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_ExitWith2AndPrintOneLine_WhenTheWorkingFolderIsGone()
    {
        var before = Environment.CurrentDirectory;
        using var captured = new CapturedConsole();
        using (var gone = new TempFolder()) Environment.CurrentDirectory = gone.Path;
        try
        {
            Assert.Equal(2, await SbnnCommand.RunAsync(captured.Console, ["status"]));
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }

        Assert.Equal(
            "working folder: it no longer exists or cannot be read; change to a folder that exists and repeat the "
                + "command\n", captured.Error);
    }
}
