using System.Diagnostics;
using System.Runtime.Versioning;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd;

/// <summary>
/// Messages for a user who lacks permissions. Root has them all, so <c>sbnn</c> runs as another user.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class OtherUserTests : IDisposable
{
    private const UnixFileMode ForAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private static readonly string[] AsUser65534 = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Explain_NamesTheImage_ThatThisUserMayNotRead()
    {
        SkipUnlessAnotherUserCanRun();
        foreach (var set in (string[])["train", "test"])
        {
            foreach (var label in (string[])["cat", "dog"])
            {
                Directory.CreateDirectory(_folder.In("data", "pets", set, label));
                await File.WriteAllTextAsync(_folder.In("data", "pets", set, label, "1.png"),
                    "not an image, but it is never read", Workplace.Cancellation);
            }
        }

        var image = _folder.In("data", "pets", "train", "cat", "1.png");
        File.SetUnixFileMode(image, UnixFileMode.None);
        await File.WriteAllTextAsync(
            _folder.In("spec.yaml"), "{name: pets, trial: {dataset: image-folder, folder: pets}}",
            Workplace.Cancellation);
        foreach (var folder in (string[])[_folder.Path, _folder.In("data")]) File.SetUnixFileMode(folder, ForAll);

        using var explain = RunningSbnn.Start(
            _folder.Path,
            new Dictionary<string, string?> { ["HOME"] = _folder.Path },
            [.. AsUser65534, RunningSbnn.Program, "explain", "spec.yaml", "--data", _folder.In("data"), "--home",
                _folder.In("home")]);

        Assert.Equal(2, await explain.WaitAsync());
        Assert.Equal($"sbnn-trainer: {image}: permission denied; make the file or folder readable for this user\n",
            explain.Stderr);
    }

    private static void SkipUnlessAnotherUserCanRun()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can start a process as another user");
        using var test = Process.Start(AsUser65534[0], [.. AsUser65534[1..], "test", "-x", RunningSbnn.Program]);
        test.WaitForExit();
        Assert.SkipUnless(test.ExitCode == 0, $"other users cannot reach {RunningSbnn.Program}");
    }
}
