using System.Diagnostics;
using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Tests.Training.Running;

/// <summary>The real executable, as a node starts it.</summary>
public sealed class TrainerProcessTests(PreparedSynthetic data) : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Asked_to_stop_it_leaves_a_checkpoint_and_goes_on_to_an_undisturbed_run_s_result()
    {
        // Long enough that the signal comes in the middle of it, on any machine.
        var spec = Trials.Tiny(data) with { TrainImages = 400, Epochs = 4, BatchSize = 8 };
        var (stopped, undisturbed) = (_folder.In("stopped"), _folder.In("undisturbed"));
        Trials.Assign(stopped, data.DataRoot, spec);
        Trials.Assign(undisturbed, data.DataRoot, spec);
        using (var trainer = Start(stopped))
        {
            var events = new TrialFolder(stopped).Events;
            while (!trainer.HasExited && !(File.Exists(events) && (await File.ReadAllTextAsync(events, Cancellation)).Contains("\"$type\":\"epoch\"", StringComparison.Ordinal)))
                await Task.Delay(5, Cancellation);
            using var kill = Process.Start("kill", ["-TERM", $"{trainer.Id}"]);
            await trainer.WaitForExitAsync(Cancellation);
            Assert.Equal(TrainerExit.Stopped, trainer.ExitCode);
        }

        Assert.NotEmpty(new TrialFolder(stopped).Checkpoints());
        Assert.False(File.Exists(new TrialFolder(stopped).Result));
        Assert.Equal(AttemptEnding.Stopped, Assert.IsType<TrialBroken>(Trials.Events(stopped)[^1]).Ending);

        Assert.Equal(TrainerExit.Completed, (await RunAsync(stopped)).Exit);
        Assert.Equal(TrainerExit.Completed, (await RunAsync(undisturbed)).Exit);
        Assert.Equal(Trials.ResultText(undisturbed), Trials.ResultText(stopped));
        Assert.IsType<TrialTrained>(Trials.Events(stopped)[^1]);

        // Once more: nothing to do, nothing written.
        var before = Trials.Events(stopped).Count;
        Assert.Equal(TrainerExit.Completed, (await RunAsync(stopped)).Exit);
        Assert.Equal(before, Trials.Events(stopped).Count);
    }

    [Fact]
    public async Task A_folder_that_another_process_holds_is_left_alone()
    {
        Trials.Assign(_folder.Path, data.DataRoot, Trials.Tiny(data));
        using var held = FolderLock.TryTake(new TrialFolder(_folder.Path).Lock);
        Assert.Equal(TrainerExit.FolderHeld, (await RunAsync(_folder.Path)).Exit);
        Assert.False(File.Exists(new TrialFolder(_folder.Path).Events));
    }

    [Fact]
    public async Task Images_other_than_the_trial_s_are_bad_input()
    {
        var spec = Trials.Tiny(data) with { DataDigest = new string('0', 64) };
        Trials.Assign(_folder.Path, data.DataRoot, spec);
        var (exit, _, error) = await RunAsync(_folder.Path);
        Assert.Equal(TrainerExit.BadInput, exit);
        Assert.Contains(data.Images.Digest, error, StringComparison.Ordinal);
        Assert.Equal(AttemptEnding.BadInput, Assert.IsType<TrialBroken>(Trials.Events(_folder.Path)[^1]).Ending);
    }

    [Fact]
    public async Task A_key_that_is_not_the_spec_s_is_bad_input()
    {
        var assignment = Trials.Assign(_folder.Path, data.DataRoot, Trials.Tiny(data));
        DurableFile.WriteJson(new TrialFolder(_folder.Path).Assignment, assignment with { Trial = new TrialKey(new string('1', 64)) });
        var (exit, _, error) = await RunAsync(_folder.Path);
        Assert.Equal(TrainerExit.BadInput, exit);
        Assert.Contains(TrialKey.Of(assignment.Spec).Hex, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gamma", "allowed: a number from 0 to 0.999")]
    [InlineData("batch-size", "batch normalisation needs two")]
    public async Task A_setting_out_of_range_is_named_with_what_is_allowed(string knob, string allowed)
    {
        var spec = knob == "gamma" ? Trials.Tiny(data) with { Gamma = 1.5 } : Trials.Tiny(data) with { BatchSize = 13 };
        Trials.Assign(_folder.Path, data.DataRoot, spec);
        var (exit, _, error) = await RunAsync(_folder.Path);
        Assert.Equal(TrainerExit.BadInput, exit);
        Assert.Contains(knob, error, StringComparison.Ordinal);
        Assert.Contains(allowed, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_loss_that_is_no_number_ends_the_trial_as_diverged()
    {
        // No setting makes this network's loss overflow by itself, so a weight of the checkpoint does: name, length, then values.
        var assignment = Trials.Assign(_folder.Path, data.DataRoot, Trials.Tiny(data));
        await Trials.TrainAsync(_folder.Path, assignment, stopAfter: 1);
        var checkpoint = new TrialFolder(_folder.Path).Checkpoints()[0];
        Assert.True(CheckpointFile.TryRead(checkpoint, out var header, out var payload, out _));
        var spoilt = payload.ToArray();
        BitConverter.TryWriteBytes(spoilt.AsSpan(1 + spoilt[0] + sizeof(int)), float.NaN);
        CheckpointFile.Write(checkpoint, header, spoilt);

        var (exit, _, error) = await RunAsync(_folder.Path);
        Assert.Equal(TrainerExit.Diverged, exit);
        Assert.Contains("loss is", error, StringComparison.Ordinal);
        Assert.Equal(AttemptEnding.Diverged, Assert.IsType<TrialBroken>(Trials.Events(_folder.Path)[^1]).Ending);
        Assert.False(File.Exists(new TrialFolder(_folder.Path).Result));
    }

    [Fact]
    public async Task Prepare_answers_with_one_line_of_json()
    {
        var request = JsonSerializer.Serialize(new PrepareRequest(DatasetKind.Synthetic, null, data.DataRoot), SbnnJson.Options);
        var (exit, output, _) = await RunAsync("prepare", request);
        Assert.Equal(TrainerExit.Completed, exit);
        var answer = JsonSerializer.Deserialize<PreparedDataset>(Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)), SbnnJson.Options)!;
        Assert.Equal((data.Images.Digest, 10_000, 2_000, 10), (answer.Digest, answer.TrainImages, answer.TestImages, answer.Classes.Count));
    }

    [Theory]
    [InlineData("prepare", "{\"dataset\":\"moon\",\"dataRoot\":\"x\"}")]
    [InlineData("prepare", "{\"dataset\":\"synthetic\"}")]
    [InlineData("--train", null)]
    [InlineData("no/such/folder", null)]
    public async Task Bad_usage_exits_with_2_and_a_message_without_a_stack_trace(string argument, string? input)
    {
        var (exit, _, error) = await RunAsync(argument, input);
        Assert.Equal(TrainerExit.BadInput, exit);
        Assert.StartsWith("sbnn-trainer: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_tells_the_usage()
    {
        var (exit, output, _) = await RunAsync("--help");
        Assert.Equal(TrainerExit.Completed, exit);
        Assert.Contains("sbnn-trainer <attempt folder>", output, StringComparison.Ordinal);
    }

    private static Process Start(string argument) => Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "sbnn-trainer"))
    {
        ArgumentList = { argument },
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static async Task<(int Exit, string Output, string Error)> RunAsync(string argument, string? input = null)
    {
        using var trainer = Start(argument);
        var (output, error) = (trainer.StandardOutput.ReadToEndAsync(Cancellation), trainer.StandardError.ReadToEndAsync(Cancellation));
        await trainer.StandardInput.WriteAsync(input);
        trainer.StandardInput.Close();
        await trainer.WaitForExitAsync(Cancellation);
        return (trainer.ExitCode, await output, await error);
    }
}
