using System.Runtime.Versioning;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Tests.Unit.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Cli.Commands;

/// <summary>
/// Tests the commands of a user who does not own the home: which ones succeed, and the messages of the others.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class OtherUserTests : IDisposable
{
    private const UnixFileMode ReadableByAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly TempFolder _folder = new();

    public OtherUserTests() => File.SetUnixFileMode(_folder.Path, ReadableByAll);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("status")]
    [InlineData("show", "first")]
    [InlineData("doctor")]
    public async Task Commands_ReadTheLedger_WhenTheHomeIsReadOnlyAndNotInUse(params string[] args)
    {
        await SubmitAsync();
        Assert.Equal(["ledger.db"], Directory.EnumerateFiles(_folder.Path).Select(Path.GetFileName));

        using var sbnn = OtherUser.Start("/", [.. args, "--home", _folder.Path]);

        Assert.True(await sbnn.WaitAsync() == 0, sbnn.Output);
        Assert.Equal("", sbnn.Stderr);
        Assert.Contains(args is ["doctor"] ? "no problems" : "first", sbnn.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backup_CopiesTheLedger_WhenTheHomeIsReadOnlyAndNotInUse()
    {
        await SubmitAsync();
        var copies = Directory.CreateDirectory(_folder.In("copies")).FullName;
        File.SetUnixFileMode(copies, ReadableByAll | UnixFileMode.OtherWrite);

        using var refused = OtherUser.Start("/", "backup", _folder.In("copy.db"), "--home", _folder.Path);
        using var sbnn = OtherUser.Start("/", "backup", Path.Combine(copies, "copy.db"), "--home", _folder.Path);

        Assert.Equal(2, await refused.WaitAsync());
        var reason = $"{_folder.In("copy.db")}: the copy cannot be written: {_folder.Path} is not writable for ";
        Assert.StartsWith(reason, refused.Stderr, StringComparison.Ordinal);
        Assert.True(await sbnn.WaitAsync() == 0, sbnn.Output);
    }

    [Fact]
    public async Task Status_ReadsTheLedger_WhileItIsWritten()
    {
        await using var ledger = await SweepLedger.OpenAsync(_folder.In("ledger.db"), TimeProvider.System);
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("first", Sample.Trial()));

        using var sbnn = OtherUser.Start("/", "status", "--home", _folder.Path);

        Assert.True(await sbnn.WaitAsync() == 0, sbnn.Output);
        Assert.Contains("first", sbnn.Stdout, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("doctor")]
    public async Task Commands_SuggestACommandToTheOwner_WhenOnlyTheOwnerCanReadAfterACrash(string verb)
    {
        await using var ledger = await SweepLedger.OpenAsync(_folder.In("ledger.db"), TimeProvider.System);
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("first", Sample.Trial()));
        var crashed = Directory.CreateDirectory(_folder.In("crashed")).FullName;
        foreach (var file in (string[])["ledger.db", "ledger.db-wal"])
            File.Copy(_folder.In(file), Path.Combine(crashed, file));

        using var before = OtherUser.Start("/", verb, "--home", crashed);
        Assert.Equal(2, await before.WaitAsync());
        Assert.EndsWith(
            $" may not write in this folder, but reading {crashed}/ledger.db-wal requires that; run `sbnn status "
                + $"--home {crashed}` "
                + "once as the folder's owner, then repeat this command\n",
            before.Stderr,
            StringComparison.Ordinal);

        string[] status = [RunningSbnn.Program, "status", "--home", crashed];
        using var owner = RunningSbnn.Start("/", new Dictionary<string, string?>(), status);
        Assert.Equal(0, await owner.WaitAsync());
        using var after = OtherUser.Start("/", verb, "--home", crashed);
        Assert.True(await after.WaitAsync() == 0, after.Output);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("doctor")]
    [InlineData("pause", "first")]
    public async Task Commands_NameTheFolder_WhenTheUserMayNotEnterTheHome(params string[] args)
    {
        await SubmitAsync();
        File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        using var sbnn = OtherUser.Start("/", [.. args, "--home", _folder.Path]);

        Assert.Equal(2, await sbnn.WaitAsync());
        var (start, end) =
            ($"--home: {_folder.Path}: {_folder.Path} is not accessible for the user ",
                $"chmod a+rx {_folder.Path}`\n");
        Assert.StartsWith(start, sbnn.Stderr, StringComparison.Ordinal);
        Assert.EndsWith($"; its owner can grant access with `{end}", sbnn.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_NamesTheLedger_WhenTheUserMayNotReadIt()
    {
        await SubmitAsync();
        File.SetUnixFileMode(_folder.In("ledger.db"), UnixFileMode.UserRead | UnixFileMode.UserWrite);

        using var sbnn = OtherUser.Start("/", "doctor", "--home", _folder.Path);

        Assert.Equal(2, await sbnn.WaitAsync());
        Assert.Equal("", sbnn.Stdout);
        Assert.StartsWith($"{_folder.In("ledger.db")}: the user ", sbnn.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("backup", sbnn.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ExitsWith2BeforeTraining_WhenTheReportFolderIsNotWritable()
    {
        File.WriteAllText(_folder.In("spec.yaml"), "{name: tiny, trial: {dataset: synthetic, epochs: 1}}");
        var tables = Directory.CreateDirectory(_folder.In("out", "tiny")).FullName;

        string[] args = ["run", "spec.yaml", "--out", _folder.In("out"), "--home", "/nonexistent"];

        using var run = OtherUser.Start(_folder.Path, args);

        Assert.Equal(2, await run.WaitAsync());
        Assert.Equal("", run.Stdout);
        var reason = $"--out: {tables} cannot be written: Access to the path '{tables}/table.md.";
        Assert.StartsWith(reason, run.Stderr, StringComparison.Ordinal);
    }

    // After the disposal only the ledger's file is left, because SQLite removes the files beside it.
    private async Task SubmitAsync()
    {
        await using var ledger = await SweepLedger.OpenAsync(_folder.In("ledger.db"), TimeProvider.System);
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("first", Sample.Trial()));
    }
}
