using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Tests.Unit.Silo.Home;

public sealed class HomeFolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sbnn-home-");

    private HomeFolder Home => new(_folder.FullName);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void TryFindHead_FindsTheHead_WhileItHoldsTheLockAndHasPublishedItsAddress()
    {
        Assert.False(Home.TryFindHead(out _));
        using (Home.TryBecomeHead())
        {
            Assert.Null(Home.TryBecomeHead());
            Assert.False(Home.TryFindHead(out _));
            Home.WriteHeadFile("http://127.0.0.1:1");
            Assert.True(Home.TryFindHead(out var head));
            Assert.Equal(("http://127.0.0.1:1", Environment.ProcessId), (head.Address, head.Process.Pid));
        }

        Assert.False(Home.TryFindHead(out _)); // The head has exited, so its file is ignored.
    }

    [Fact]
    public void MakeToken_WritesAFileThatOnlyTheOwnerMayRead_AndKeepsIt()
    {
        var file = Path.Combine(_folder.FullName, "token");
        var token = Home.MakeToken();
        // Other users may read the file, as after a careless copy of the home.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        Assert.Equal(token.Text, Home.MakeToken().Text);
        Assert.Equal(token.Text, Home.FindToken()!.Text);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public void FindToken_NamesTheFile_WhenItHasNoValidToken()
    {
        var file = Path.Combine(_folder.FullName, "token");
        Assert.Null(Home.FindToken());

        File.WriteAllText(file, "secret");

        Assert.StartsWith($"{file}: not a token (allowed: 64 hex digits)",
            Assert.Throws<BadInputException>(() => Home.FindToken()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TryFindHead_NamesTheMachine_WhenTheHeadRunsOnAnotherMachine()
    {
        using var held = Home.TryBecomeHead();
        WriteHeadFile(new HeadIdentity("http://127.0.0.1:1",
            new ProcessMark(12, 1, "another boot"))
        { Machine = "gpu-3" });

        var error = Assert.Throws<BadInputException>(() => Home.TryFindHead(out _));

        Assert.Equal(
            $"--home: {Home.Path} is in use by an sbnn on the machine gpu-3 (pid 12, http://127.0.0.1:1); repeat the "
                + "command on that machine, or once that sbnn has ended",
            error.Message);
        File.WriteAllText(Home.Ledger, "");
        Assert.Throws<BadInputException>(() => Home.HasLedger());
    }

    [Fact]
    public void TryFindHead_IsFalse_WhenTheLockIsFreeOrTheFileIsOfAnEarlierHead()
    {
        WriteHeadFile(new HeadIdentity("http://127.0.0.1:1",
            new ProcessMark(12, 1, "another boot"))
        { Machine = "gpu-3" });
        Assert.False(Home.TryFindHead(out _));

        using var held = Home.TryBecomeHead();
        WriteHeadFile(new HeadIdentity("http://127.0.0.1:1", new ProcessMark(12, 1, "another boot"))
        {
            Machine =
            Environment.MachineName
        });
        Assert.False(Home.TryFindHead(out _));
        WriteHeadFile(new HeadIdentity("http://127.0.0.1:1", ProcessMark.Current() with { StartTicks = 1 })
        {
            Machine =
            "made-anew"
        });
        Assert.False(Home.TryFindHead(out _));
    }

    private void WriteHeadFile(HeadIdentity head) =>
        DurableFile.WriteJson(Path.Combine(_folder.FullName, "head.json"), head);

    [Fact]
    public void TryFindHead_IgnoresAKilledHeadsFile_WhileTheNextHeadStarts()
    {
        using var next = Home.TryBecomeHead();
        DurableFile.WriteJson(Path.Combine(_folder.FullName, "head.json"),
            new HeadIdentity("http://127.0.0.1:1", ProcessMark.Current() with { StartTicks = 1 }));

        Assert.False(Home.TryFindHead(out _));
    }

    [Fact]
    public void NameNode_KeepsTheFirstName()
    {
        Assert.Null(Home.FindNode());
        Assert.Equal(Environment.MachineName, Home.NameNode().Value);
        Assert.Equal(Environment.MachineName, Home.FindNode()?.Value);

        // The node keeps its stored name when the machine is renamed, for example when a container is recreated.
        File.WriteAllText(Path.Combine(_folder.FullName, "node"), "4f1c6a");
        Assert.Equal(("4f1c6a", "4f1c6a"), (Home.NameNode().Value, Home.FindNode()?.Value));
    }

    [Fact]
    public void Command_NamesTheHome_UnlessItIsTheDefault()
    {
        Assert.Equal("sbnn pause x", HomeFolder.Default.Command("pause x"));
        Assert.EndsWith(_folder.Name, Home.Command("pause x"), StringComparison.Ordinal);
        Assert.EndsWith(@"/it'\''s mine'", new HomeFolder("/it's mine").Command("pause x"), StringComparison.Ordinal);
    }

    [Fact]
    public void TryBecomeHead_Throws_WhenTheHomeIsAFile()
    {
        var file = Path.Combine(_folder.FullName, "file");
        File.WriteAllText(file, "");
        Assert.StartsWith($"--home: {file} cannot be written: ",
            Assert.Throws<BadInputException>(() => new HomeFolder(file).TryBecomeHead()).Message,
            StringComparison.Ordinal);
    }
}
