using System.Diagnostics;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Core.Specs;

/// <summary>Tests that a spec's file is read once and up to a maximum length.</summary>
public sealed class SpecFileTests : IDisposable
{
    private const string Text = "name: tiny\ntrial: {width: 4}\n";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ReadFile_ReturnsTheTextThatItParsed()
    {
        File.WriteAllText(_folder.In("spec.yaml"), $"\uFEFF{Text}");

        var file = SpecReader.ReadFile(_folder.In("spec.yaml"));

        Assert.Equal(("tiny", Text), (file.Spec.Name, file.Text));
    }

    [Fact]
    public async Task ReadFile_ReadsAPipeOnce()
    {
        using (var mkfifo = Process.Start("mkfifo", [_folder.In("pipe")]))
            await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        var reading = Task.Run(() => SpecReader.ReadFile(_folder.In("pipe")), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_folder.In("pipe"), Text, TestContext.Current.CancellationToken);

        var file = await reading;

        Assert.Equal(("tiny", Text), (file.Spec.Name, file.Text));
    }

    [Fact]
    public async Task ReadFileAsync_StopsWaiting_WhenThePipeHasNoWriter()
    {
        using (var mkfifo = Process.Start("mkfifo", [_folder.In("pipe")]))
            await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource();

        var reading = SpecReader.ReadFileAsync(_folder.In("pipe"), stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Theory]
    [InlineData("spec.yaml", true)]
    [InlineData("pipe", false)]
    [InlineData("none.yaml", false)]
    [InlineData("/dev/stdin", false)]
    [InlineData("-", false)]
    public async Task IsLasting_IsTrue_OnlyForFilesThatCanBeReadTwice(string path, bool isLasting)
    {
        File.WriteAllText(_folder.In("spec.yaml"), Text);
        using (var mkfifo = Process.Start("mkfifo", [_folder.In("pipe")]))
            await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(isLasting, SpecFile.CanBeReread(path == "-" ? path : _folder.In(path)));
    }

    [Fact]
    public void ReadFile_RejectsAFile_ThatNeverEnds()
    {
        var error = Assert.Throws<BadInputException>(() => SpecReader.ReadFile("/dev/zero"));
        Assert.Equal("/dev/zero: the file is too large (allowed: at most 1048576 bytes)", error.Message);
    }

    [Theory]
    [InlineData(1 << 20, true)]
    [InlineData((1 << 20) + 1, false)]
    public void ReadFile_AcceptsAFile_UpToTheLimit(int length, bool isAccepted)
    {
        File.WriteAllText(_folder.In("spec.yaml"), $"{Text}#{new string('x', length - Text.Length - 1)}");

        var error = Record.Exception(() => SpecReader.ReadFile(_folder.In("spec.yaml")));

        Assert.Equal(isAccepted, error is null);
    }
}
