using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd.Cluster;

/// <summary>Tests that secrets occur only in the files that must store them.</summary>
[SupportedOSPlatform("linux")]
public sealed class SecretsTests : IDisposable
{
    // The files that store secrets, in the head's home, the nodes' homes and the operator's folder.
    private static readonly string[] Keepers =
        ["token", "membership.json", JoinDocuments.JoinFile, JoinDocuments.HeadFile];

    private readonly HeadAndNodes _machines = new() { IsVerbose = true };

    public void Dispose() => _machines.Dispose();

    [Fact]
    public async Task Secrets_AppearInNoCommandLineLogFolderOrManifest()
    {
        var undisturbed = ClusterSpecs.ReportOfMovedAsync();
        var (a, b) = await _machines.StartAllAsync();
        await _machines.SubmitAsync(ClusterSpecs.Moved);
        var trial = Assert.Single(
            await _machines.UntilAsync(ClusterSpecs.MovedName,
                static trial => trial is { State: TrialState.Running, Epoch: > 0 }, "it trains"));
        var secrets = Secrets();
        var trainers = _machines.TrainersOf("a").Concat(_machines.TrainersOf("b"))
            .Select(static trainer => trainer.Pid);

        foreach (var pid in trainers.Concat([_machines.Head.Pid, a.Pid, b.Pid]))
        {
            foreach (var file in (string[])["cmdline", "environ"]) // A trainer must not receive its node's secret.
                AssertNone(secrets, await File.ReadAllBytesAsync($"/proc/{pid}/{file}", Workplace.Cancellation),
                    $"{file} of {pid}");
        }

        var node = trial.Node!.Value.Value == "a" ? a : b;
        // The node sends the trial's checkpoint to the head, which sends it to the other node.
        node.Signal(Posix.SigTerm);
        Assert.Equal(0, await node.WaitAsync());
        await _machines.AssertEndsAsUndisturbedAsync(ClusterSpecs.MovedName, await undisturbed);
        var last = trial.Node!.Value.Value == "a" ? b : a;
        last.Signal(Posix.SigTerm);
        Assert.Equal(0, await last.WaitAsync());
        _machines.Head.Signal(Posix.SigTerm);
        Assert.Equal(0, await _machines.Head.WaitAsync());

        AssertNone(secrets, Encoding.UTF8.GetBytes(_machines.TextOutput()), "the printed output");
        var manifest = Path.Combine(_machines.Out, ClusterSpecs.MovedName, "manifest.json");
        AssertNone(secrets, await File.ReadAllBytesAsync(manifest, Workplace.Cancellation), manifest);
        var searched = 0;
        foreach (var file in Directory.EnumerateFiles(_machines.Folder.Path, "*", SearchOption.AllDirectories))
        {
            if (Keepers.Contains(Path.GetFileName(file)))
            {
                Assert.Equal(DurableFile.OwnerOnly, File.GetUnixFileMode(file));
                continue;
            }

            AssertNone(secrets, await File.ReadAllBytesAsync(file, Workplace.Cancellation), file);
            searched++;
        }

        Assert.True(searched > 20, $"only {searched} files were searched");
        Assert.All(secrets,
            secret => Assert.True(Occurrences(_machines.Head.Stdout, secret.Value) <= secret.MayPrint,
                $"the head prints the {secret.Name} more than {secret.MayPrint} times"));
    }

    // The head prints only the secrets that users need: the join token, and the API's token, which is also part of the
    // dashboard's address.
    private List<Secret> Secrets() =>
    [
        new("API token", File.ReadAllText(Path.Combine(_machines.HeadHome, "token")).Trim(), MayPrint: 2),
        new("join token", TokenOf(JoinDocuments.JoinFile), MayPrint: 1),
        .. from node in (string[])["a", "b"]
           let membership =
               JsonSerializer.Deserialize<JsonElement>(
                   File.ReadAllText(Path.Combine(_machines.HomeOf(node), "membership.json")))
           select new Secret($"secret of node {node}", membership.GetProperty("secret").GetString()!, MayPrint: 0),
    ];

    private string TokenOf(string file)
    {
        var line = File.ReadLines(_machines.Folder.In(file))
            .Single(static line => line.StartsWith("token: ", StringComparison.Ordinal));
        return line["token: ".Length..];
    }

    private static void AssertNone(List<Secret> secrets, byte[] where, string what) => Assert.All(secrets, secret =>
    {
        Assert.Equal(64, secret.Value.Length);
        Assert.True(where.AsSpan().IndexOf(Encoding.ASCII.GetBytes(secret.Value)) < 0,
            $"{what} contains the {secret.Name}");
    });

    private static int Occurrences(string text, string secret) => text.Split(secret).Length - 1;

    private sealed record Secret(string Name, string Value, int MayPrint);
}
