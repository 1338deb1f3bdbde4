using Sbnn.Sweeps.Cli.Commands;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Cli.Commands;

/// <summary>Tests what <c>explain</c> and <c>run</c> report about folders that do not exist.</summary>
public sealed class MissingInputTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CapturedConsole _captured = new();

    public void Dispose()
    {
        _captured.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("run", 2, "")]
    [InlineData("explain", 0, "; until then earlier results of these trials cannot be found")]
    public async Task Command_NamesTheLineOfTheFolder_WhenTheImageFolderIsMissing(string verb, int exit, string end)
    {
        var spec = WriteSpec("name: pets\ntrial:\n  dataset: image-folder\n  folder: pets\n");

        Assert.Equal(exit, await RunAsync(verb, spec));

        Assert.Equal(
            $"{spec}:4: trial.folder: {_folder.In("data", "pets")}: no such image folder; create it with "
                + "train/<class>/ and test/<class>/ (docs/datasets.md), or name the folder that contains it with "
                + $"--data{end}\n",
            _captured.Error);
        Assert.Equal(exit == 0, _captured.Output.StartsWith("pets: 1 trial\n", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("run")]
    [InlineData("explain")]
    public async Task Command_ExitsWith2_WhenTheTorchFolderHasNoLibtorch(string verb)
    {
        var spec = WriteSpec("name: x\ntrial: {dataset: shapes}\n");

        Assert.Equal(2, await RunAsync(verb, spec, "--torch", _folder.In("torch")));

        Assert.StartsWith($"--torch or SBNN_TORCH: {_folder.In("torch")} has no libtorch_cpu.so", _captured.Error,
            StringComparison.Ordinal);
        Assert.Equal("", _captured.Output);
    }

    [Fact]
    public async Task Explain_WritesNothing_ForGeneratedImages()
    {
        var spec = WriteSpec("name: x\ntrial: {dataset: synthetic}\n");

        Assert.Equal(0, await RunAsync("explain", spec));

        Assert.Equal([spec], Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Command_ExitsWith2_WhenTheHomeIsAFile()
    {
        var file = WriteSpec("name: x\n");

        Assert.Equal(2, await SbnnCommand.RunAsync(_captured.Console, ["status", "--home", file]));

        Assert.Equal($"--home: {file} is a file (allowed: a folder); name another path\n", _captured.Error);
    }

    private Task<int> RunAsync(string verb, string spec, params string[] options) => SbnnCommand.RunAsync(
        _captured.Console,
        [verb, spec, "--home", _folder.In("home"), "--data", _folder.In("data"), "--gpus", "none", .. options]);

    private string WriteSpec(string yaml)
    {
        var path = _folder.In("x.yaml");
        File.WriteAllText(path, yaml);
        return path;
    }
}
