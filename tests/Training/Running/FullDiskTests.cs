using System.Diagnostics;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Tests.Training.Running;

/// <summary>A real file system of four megabytes, filled up while a trial trains on it.</summary>
public sealed class FullDiskTests(PreparedSynthetic data) : IDisposable
{
    private readonly TempFolder _disk = new();
    private bool _isMounted;

    private string Filler => _disk.In("filler");

    public void Dispose()
    {
        if (_isMounted) Run("umount", _disk.Path);
        _disk.Dispose();
    }

    [Fact]
    public async Task A_checkpoint_that_finds_no_room_is_left_out_and_the_training_goes_on_to_the_same_result()
    {
        _isMounted = Run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", _disk.Path) == 0;
        Assert.SkipUnless(_isMounted, "a file system of this test's own cannot be mounted here: that needs root");
        using var roomy = new TempFolder();
        var spec = Trials.Tiny(data);
        await Trials.TrainAsync(roomy.Path, Trials.Assign(roomy.Path, data.DataRoot, spec));
        var (folder, steps) = (_disk.In("attempt"), 0);
        var assignment = Trials.Assign(folder, data.DataRoot, spec);

        // Three steps an epoch: there is no room for the checkpoint at the first epoch's end.
        var ending = await Trials.TrainAsync(folder, assignment, stepTrained: () =>
        {
            if (++steps == 3) FillUp(leave: 64 << 10);
            if (steps == 4) File.Delete(Filler);
        });

        Assert.Equal(AttemptEnding.Completed, ending);
        Assert.Equal(Trials.ResultText(roomy.Path), Trials.ResultText(folder));
        Assert.Equal([2], Trials.Events(folder).OfType<CheckpointWritten>().Select(static written => written.Epoch));
        Assert.Single(Directory.EnumerateFiles(folder, "checkpoint-*")); // No half of one either.
    }

    private void FillUp(int leave)
    {
        try
        {
            using var filler = File.Create(Filler, bufferSize: 1);
            while (true) filler.Write(new byte[4096]);
        }
        catch (IOException error) when (DurableFile.IsDiskFull(error))
        {
            using var filler = File.OpenWrite(Filler);
            filler.SetLength(filler.Length - leave);
        }
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
