using System.Security.Cryptography;
using Sbnn.Sweeps.Cli.Commands;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Silo.Files;
using Sbnn.Sweeps.Silo.Home;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Tests.Unit.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Cli.Commands;

public sealed class WeightsCommandTests : IDisposable
{
    private static readonly KeyedTrial Trial = Sample.Trial();

    private readonly TempFolder _folder = new();
    private readonly CapturedConsole _captured = new();

    private AttemptFolder Attempt => AttemptFolder.Of(_folder.In("trials"), Trial.Key, 1);

    public void Dispose()
    {
        _captured.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("best", 2)]
    [InlineData("last", 3, "--last")]
    public async Task Weights_CopiesTheFile_WhenItIsUnaltered(string which, int epoch, params string[] more)
    {
        await FinishAsync(Write(Attempt.BestWeights, 2), Write(Attempt.LastWeights, 3));

        Assert.Equal(0, await RunAsync(more));

        var bytes = await File.ReadAllBytesAsync(_folder.In("out"), TestContext.Current.CancellationToken);
        Assert.Equal(await File.ReadAllBytesAsync(which == "best" ? Attempt.BestWeights : Attempt.LastWeights,
            TestContext.Current.CancellationToken), bytes);
        Assert.Equal(
            $"written to {_folder.In("out")}: the {which} weights of trial {Trial.Key.Short}, after epoch {epoch}, "
                + $"with 1 tensor; SHA-256 {DigestOf(bytes)}\n",
            _captured.Output);
    }

    [Fact]
    public async Task Weights_ExitsWith2_WhenTheFileWasAltered()
    {
        await FinishAsync(Write(Attempt.BestWeights, 2), Write(Attempt.LastWeights, 3));
        Write(Attempt.BestWeights, 1);

        await AssertRefusedAsync($"{Attempt.BestWeights}: its SHA-256 is ");
    }

    [Fact]
    public async Task Weights_ExitsWith2AndNamesTheNode_WhenTheFileIsNotHere()
    {
        await FinishAsync(new string('b', 64), new string('1', 64));

        await AssertRefusedAsync($"trial: {Attempt.BestWeights} does not exist; if node gpu-3 is on another machine");
    }

    [Fact]
    public async Task Weights_CopiesTheFileThatANodeSent_WhenTheTrainerRanOnAnotherMachine()
    {
        var sent = WeightsStore.FileOf(new HomeFolder(_folder.Path).Weights, Trial.Key, isLast: false);
        await FinishAsync(Write(sent, 2), new string('1', 64));

        Assert.Equal(0, await RunAsync());

        Assert.Equal(await File.ReadAllBytesAsync(sent, TestContext.Current.CancellationToken),
            await File.ReadAllBytesAsync(_folder.In("out"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Weights_ExitsWith2_WhenNoEpochWasAtTheTarget()
    {
        await FinishAsync(null, Write(Attempt.LastWeights, 3));

        await AssertRefusedAsync($"trial: {Trial.Key.Short} has no best weights, because no epoch was at the sparsity");
        Assert.Equal(0, await RunAsync("--last"));
    }

    [Fact]
    public async Task Weights_ExitsWith2_WhenTheRunDidNotKeepThem()
    {
        await FinishAsync(null, null);

        await AssertRefusedAsync($"trial: the weights of {Trial.Key.Short} were not kept; to keep them, ");
    }

    [Fact]
    public async Task Weights_ExitsWith2_WhenTheTrialIsNotFinished()
    {
        await using (var ledger = await OpenAsync())
            await ledger.Writer.RecordRevisionAsync(Sample.Submission("sample", Trial));

        await AssertRefusedAsync($"trial: {Trial.Key.Short} is waiting, and only a finished trial has weights");
    }

    [Fact]
    public async Task Weights_ExitsWith2_WhenTheTrialIsUnknown()
    {
        await using (await OpenAsync())
        {
        }

        await AssertRefusedAsync($"trial: no trial {Trial.Key.Hex} exists; ");
    }

    [Fact]
    public async Task Weights_ExitsWith2_WhenTheOutputExists()
    {
        await FinishAsync(Write(Attempt.BestWeights, 2), Write(Attempt.LastWeights, 3));
        await File.WriteAllTextAsync(_folder.In("out"), "mine", TestContext.Current.CancellationToken);

        Assert.Equal(2, await RunAsync());

        Assert.Equal($"--out: {_folder.In("out")} exists already; choose another file\n", _captured.Error);
        Assert.Equal("mine", await File.ReadAllTextAsync(_folder.In("out"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Show_HasTheDigests()
    {
        await FinishAsync(new string('b', 64), new string('1', 64));

        Assert.Equal(0, await SbnnCommand.RunAsync(_captured.Console, ["show", "sample", "--home", _folder.Path]));
        Assert.Contains("best bbbbbbbbbbbb, last 111111111111  gpu-3", _captured.Output, StringComparison.Ordinal);
        Assert.Equal(0,
            await SbnnCommand.RunAsync(_captured.Console, ["show", "sample", "--json", "--home", _folder.Path]));
        Assert.Contains(
            $$"""keptWeights":{"best":"{{new string('b', 64)}}","last":"{{new string('1', 64)}}"}""",
            string.Concat(_captured.Output.Where(static sign => !char.IsWhiteSpace(sign))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_HasNoColumnOfWeights_WhenNoneWereKept()
    {
        await FinishAsync(null, null);

        Assert.Equal(0, await SbnnCommand.RunAsync(_captured.Console, ["show", "sample", "--home", _folder.Path]));
        Assert.DoesNotContain("weights", _captured.Output, StringComparison.Ordinal);
    }

    private static string DigestOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    // Writes weights of an epoch; returns their digest.
    private static string Write(string path, int epoch)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var bytes = new SafetensorsFile(
            new Dictionary<string, string> { ["epoch"] = $"{epoch}" },
            [new SafeTensor("w", "F32", [1], new byte[4])]).ToBytes();
        File.WriteAllBytes(path, bytes);
        return DigestOf(bytes);
    }

    private async Task AssertRefusedAsync(string reason)
    {
        Assert.Equal(2, await RunAsync());

        Assert.StartsWith(reason, _captured.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.In("out")));
    }

    private async Task FinishAsync(string? best, string? last)
    {
        await using var ledger = await OpenAsync();
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("sample", Trial));
        await ledger.Writer.StartAttemptAsync(new(Trial.Key, 1), new("gpu-3"), 0);
        Assert.True(await ledger.Writer.CommitResultAsync(new(Trial.Key, 1), Sample.Result(Trial, 1, 2, 3),
            last is null ? null : new KeptWeights(best, last)));
    }

    private Task<SweepLedger> OpenAsync() => SweepLedger.OpenAsync(_folder.In("ledger.db"), TimeProvider.System);

    private Task<int> RunAsync(params string[] more) => SbnnCommand.RunAsync(
        _captured.Console,
        ["weights", Trial.Key.Hex, "--out", _folder.In("out"), .. more, "--home", _folder.Path]);
}
