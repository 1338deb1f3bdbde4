using System.Runtime.Versioning;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Cli.Commands;

/// <summary>What another user than the owner of the files can do, and is told.</summary>
[SupportedOSPlatform("linux")]
public sealed class OtherUserTests : IDisposable
{
    private const UnixFileMode ReadableByAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly TempFolder _folder = new();

    public OtherUserTests() => File.SetUnixFileMode(_folder.Path, ReadableByAll);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_ExitsWith2BeforeTraining_WhenTheFolderOfTablesIsNotWritable()
    {
        File.WriteAllText(_folder.In("spec.yaml"), "{name: tiny, trial: {dataset: synthetic, epochs: 1}}");
        var tables = Directory.CreateDirectory(_folder.In("out", "tiny")).FullName;

        using var run = OtherUser.Start(_folder.Path, "run", "spec.yaml", "--out", _folder.In("out"), "--home", "/nonexistent");

        Assert.Equal(2, await run.WaitAsync());
        Assert.Equal("", run.Stdout);
        Assert.StartsWith($"--out: {tables} cannot be written: Access to the path '{tables}/table.md.", run.Stderr, StringComparison.Ordinal);
    }
}
