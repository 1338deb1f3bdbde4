using System.Diagnostics;
using System.Runtime.Versioning;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd;

/// <summary>
/// Tests the messages for a user who lacks permissions. <c>sbnn</c> runs as another user, because root may read all
/// files.
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
    public async Task Explain_NamesAnImage_WhenTheUserMayNotReadIt()
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
        Assert.Contains($": trial.folder: {image}: permission denied; ", explain.Stderr, StringComparison.Ordinal);
        Assert.Single(explain.Stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static void SkipUnlessAnotherUserCanRun()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can start a process as another user");
        using var test = Process.Start(AsUser65534[0], [.. AsUser65534[1..], "test", "-x", RunningSbnn.Program]);
        test.WaitForExit();
        Assert.SkipUnless(test.ExitCode == 0, $"{RunningSbnn.Program}: other users cannot run this program");
    }
}
