using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Imaging;
using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Models;
using Sbnn.Sweeps.Trainer.Randomness;
using Sbnn.Sweeps.Trainer.Telemetry;
using TorchSharp;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>
/// The whole training of one trial, top to bottom: images, network, checkpoint, epochs of steps, evaluation, result.
/// Every random number is a pure function of (seed, purpose, epoch, step), so a training that resumes from a checkpoint
/// has the same result, byte for byte.
/// </summary>
internal sealed class TrainingRun(AttemptFolder folder, TrialAssignment assignment, EventLog events, TimeProvider time)
{
    private const int CpuEvaluationBatch = 100; // The activations of more images would not fit in the CPU's caches.
    private const int GpuEvaluationBatch = 500; // Fewer images would leave most of a GPU idle.

    // The usual least time between checkpoints at the ends of epochs. Writing a checkpoint takes 10 ms (width 4) to
    // half a second (width 64), so checkpoints take at most a twentieth of the time, except on a busy disk.
    private static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(10);

    private readonly TrialSpec _spec = assignment.Spec;
    private readonly LeaseWatch _lease = new(folder.Lease, assignment.LeaseGrace, time);
    private string? _doing;

    // The least time between checkpoints at the ends of epochs. It is shorter than LeastInterval if the assignment
    // requests more frequent checkpoints.
    private TimeSpan LeastBetweenEpochs =>
        assignment.CheckpointEvery > TimeSpan.Zero && assignment.CheckpointEvery < LeastInterval
        ? assignment.CheckpointEvery
        : LeastInterval;

    /// <summary>Called after every step, before the check whether the run must exit.</summary>
    public Action? StepTrained { get; init; }

    /// <summary>
    /// The number of steps whose metrics are read together; null for the device's default
    /// (<see cref="PendingStepMetrics"/>).
    /// </summary>
    internal int? StepsPerRead { get; init; }

    /// <summary>True when the last checkpoint was written; false when the disk was too full for it.</summary>
    public bool HasSaved { get; private set; }

    /// <summary>
    /// Trains until the result is written, or until a checkpoint is written because a stop was requested or the lease
    /// expired. Throws <see cref="BadInputException"/> and <see cref="DivergedException"/>.
    /// </summary>
    public async Task<AttemptEnding> RunAsync(CancellationToken stop)
    {
        var deviceClass = DeviceClass.Use(assignment);

        // This token also cancels waits and the work of child processes when the lease expires.
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(stop);
        PreparedImages images;
        await using (var looks =
            time.CreateTimer(_ => CancelWhenLeaseExpires(leave), null, TimeSpan.FromSeconds(1),
                TimeSpan.FromSeconds(1)))
        {
            try
            {
                if (assignment.Preflight) await CheckResumeAsync(deviceClass, leave.Token);
                using var span = TrainerTelemetry.StartPreparing();
                images = await new DatasetCache(time) { Report = ReportImages }
                    .OpenAsync(new PrepareRequest(_spec.Dataset, _spec.Folder, assignment.DataRoot), _spec.DataDigest!,
                        leave.Token);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                return AttemptEnding.LeaseExpired;
            }
        }

        foreach (var (parameter, why) in ImageCompatibility.Of(_spec, images.Answer()))
            throw new BadInputException($"{folder.Assignment}: {parameter.Name}: {why}");
        return Train(images, deviceClass, stop); // Synchronous, because torch's dispose scopes belong to a thread.
    }

    private void CancelWhenLeaseExpires(CancellationTokenSource leave)
    {
        if (_lease.IsExpired()) leave.Cancel();
    }

    // The outcome is only reported: the trial is trained even if resuming is not exact.
    private async Task CheckResumeAsync(string deviceClass, CancellationToken leave)
    {
        if (await new Preflight(assignment, deviceClass, time)
        {
            Report = Report,
            ShowLife = () => folder.ShowLife(time)
        }.RunAsync(leave) is not { } found)
            return;
        events.Append((sequence, at) => new ResumeChecked
        {
            Sequence = sequence,
            At = at,
            DeviceClass = deviceClass,
            Preflight = TrialKey.Of(found.Trial),
            Spec = found.Trial,
            IsExact = found.IsExact,
            Detail = found.Detail,
        });
    }

    private void ReportImages(PrepareEvent news)
    {
        if (news is ImagesAwaited) Report("waiting for its images, which another process fetches or prepares");
        if (news is ArchiveFetched) Report("fetching its images");
        if (news is FetchInterrupted broken) Report($"fetching its images, retrying after an error: {broken.Reason}");
    }

    // A repeated text is not written as an event again, but it shows the node that the trainer still works.
    private void Report(string doing)
    {
        if (doing == _doing) folder.ShowLife(time);
        else events.Append((sequence, at) =>
            new TrialPreparing { Sequence = sequence, At = at, Doing = _doing = doing });
    }

    private AttemptEnding Train(PreparedImages images, string deviceClass, CancellationToken stop)
    {
        using var everything = NewDisposeScope();
        var device = torch.device(assignment.Device);
        var used = new ImageSplit(images, Split.Train, _spec.TrainImages, device);
        var (train, validation) = _spec.ValidationImages is { } held ? used.HoldOut(held) : (used, null);
        var test = new ImageSplit(images, Split.Test, _spec.TestImages, device);
        var normalisation = Normalisation.Of(_spec.Dataset, device);

        using var network = Networks.Create(_spec, images.Classes.Count);
        network.Initialise((name, values) => CounterRandom.Named(_spec.Seed, RandomPurpose.InitialWeights, name)
            .Fill(values));
        network.to(device);
        using var step = TrainingStep.Of(_spec, network);
        var isOnCpu = device.type == DeviceType.CPU;
        using var unread = new PendingStepMetrics(StepsPerRead ?? (isOnCpu ? 1 : PendingStepMetrics.StepsOnGpu));

        var checkpoints = new Checkpoints(folder, assignment.Trial, images.Digest, deviceClass);
        var restored = checkpoints.TryRestore(network, step.Adam, out var skipped);
        if (skipped is not null) Stderr.TryWriteLine($"checkpoint not used: {skipped}");
        var state = restored ?? TrainingState.Start;
        // The last, smaller batch counts as a step, too.
        var stepsPerEpoch = (train.Count + _spec.BatchSize - 1) / _spec.BatchSize;
        events.Append((sequence, at) => new TrialStarted
        {
            Sequence = sequence,
            At = at,
            DeviceClass = deviceClass,
            StepsPerEpoch = stepsPerEpoch,
            Classes = images.Classes.Count,
            ResumedAtEpoch = restored?.History.Count,
            StartedAfreshBecause = restored is null ? skipped : null,
            Trainer = SystemFacts.Read(),
        });

        var (saved, hasWritten) = (time.GetTimestamp(), false);
        while (state.History.Count < _spec.Epochs)
        {
            var epoch = state.History.Count; // The epoch's number, counted from 0.
            var order = new CounterRandom(_spec.Seed, RandomPurpose.ImageOrder, epoch, 0).Permutation(train.Count);
            var learningRate = Schedules.CosineLearningRate(_spec.LearningRate, epoch, _spec.Epochs);
            using var span = TrainerTelemetry.StartEpoch(epoch + 1, state.Step);
            var (began, before) = (time.GetTimestamp(), state.Sums.Images);
            network.SetEpoch(epoch, _spec.Epochs);
            network.train();
            while (state.Step < stepsPerEpoch)
            {
                var first = state.Step * _spec.BatchSize;
                var batch = order.AsSpan(first, Math.Min(_spec.BatchSize, train.Count - first));
                TrainOn(batch, epoch, state.Step);
                state = state.AfterStep();
                if (unread.IsFull || state.Step == stepsPerEpoch) state = unread.Read(state);
                StepTrained?.Invoke();
                if (_lease.FindStopReason(stop) is { } ending) return SaveAndEnd(ending);
                if (assignment.CheckpointEvery > TimeSpan.Zero
                    && time.GetElapsedTime(saved) >= assignment.CheckpointEvery)
                    Save();
            }

            var trained = time.GetTimestamp();
            network.eval();
            var validated = validation is null ? null : Evaluate(validation);
            var tested = Evaluate(test);
            if (tested is null || (validation is not null && validated is null))
                return SaveAndEnd(_lease.FindStopReason(stop) ?? AttemptEnding.Stopped);
            state = state.After(EpochSummary.Of(state, learningRate, tested, validated, network));
            if (WeightsFile.EndsWithBest(_spec, state.History))
                state = state with { BestWeights = assignment.KeepsWeights ? WeightsNow() : null };
            var news = events.Append((sequence, at) => new EpochCompleted
            {
                Sequence = sequence,
                At = at,
                Epoch = state.History[^1],
                Seconds = time.GetElapsedTime(began).TotalSeconds,
                ImagesPerSecond = trained > began
                    ? (train.Count - before) / time.GetElapsedTime(began, trained).TotalSeconds : 0,
                PeakMemoryMiB = SystemFacts.PeakMemoryMiB(),
            });
            TrainerTelemetry.RecordMetrics(span, news);

            // The checkpoint is written after the event. A crash between the two repeats the event, but in the other
            // order it would lose the event. A run always writes a checkpoint after its first epoch.
            if (!hasWritten || time.GetElapsedTime(saved) >= LeastBetweenEpochs) Save();

            void TrainOn(ReadOnlySpan<long> batch, int epoch, int at)
            {
                using var scope = NewDisposeScope(); // Without this scope, memory would grow by every step's tensors.
                var (pixels, labels) = train.Gather(batch);
                var crop = Augmentation.Draw(_spec.Seed, epoch, at, batch.Length, _spec.Crop, _spec.Flip,
                    _spec.Rotation);
                unread.Add(step.Run(normalisation.Apply(crop.Apply(pixels)), labels,
                    DrawMixing(batch.Length, epoch, at, device), learningRate), batch.Length);
            }
        }

        var result = TrialResultBuilder.Build(assignment.Trial, _spec, state.History);
        if (DiskSpaceWait.WaitFor(folder, folder.Result, Finish, assignment.WaitsForRoom, _lease, time, stop)
            is { } noRoom)
            return SaveAndEnd(noRoom);
        events.Append((sequence, at) => new TrialCompleted { Sequence = sequence, At = at });
        // Events for which the disk still has no room are dropped, because the result is valid without them.
        _ = DiskSpaceWait.WaitFor(folder, folder.Events, events.WriteKept, assignment.WaitsForRoom, _lease, time, stop);
        return AttemptEnding.Completed;

        byte[] WeightsNow() => WeightsFile.Of(network, assignment.Trial, state.History[^1]);

        void Finish()
        {
            if (assignment.KeepsWeights) WeightsFile.Write(folder, state.BestWeights, WeightsNow());
            DurableFile.WriteJson(folder.Result, result);
        }

        MeasuredAccuracy? Evaluate(ImageSplit split)
        {
            using var without = no_grad();
            using var whole = NewDisposeScope();
            var (sums, most) = (new List<Tensor>(), isOnCpu ? CpuEvaluationBatch : GpuEvaluationBatch);
            for (var first = 0; first < split.Count; first += most)
            {
                if (_lease.FindStopReason(stop) is not null) return null;
                using var scope = NewDisposeScope();
                var (pixels, labels) =
                    split.Gather([.. Enumerable.Range(first, Math.Min(most, split.Count - first))
                        .Select(i => (long)i)]);
                var output = network.forward(normalisation.Apply(pixels));
                var lossOfBatch = nn.functional.nll_loss(output.to(float64), labels, reduction: nn.Reduction.Sum);
                sums.Add(stack([lossOfBatch, output.argmax(1).eq(labels).sum().to(float64)]).MoveToOuterDisposeScope());
            }

            var (loss, correct) = (0.0, 0);
            // Only this statement waits for the device.
            foreach (var batch in cat(sums).cpu().data<double>().ToArray().Chunk(2))
            {
                loss += batch[0];
                correct += (int)batch[1];
            }

            return double.IsFinite(loss)
                ? new MeasuredAccuracy { Loss = loss / split.Count, Correct = correct, Total = split.Count }
                : throw new DivergedException(
                    FormattableString.Invariant(
                        $"the loss is {loss} over the {(split == test ? "test" : "validation")} images"));
        }

        AttemptEnding SaveAndEnd(AttemptEnding ending)
        {
            Save();
            return ending;
        }

        void Save()
        {
            state = unread.Read(state);
            using var span = TrainerTelemetry.StartCheckpoint(state.History.Count, state.Step);
            (saved, HasSaved) = (time.GetTimestamp(), false);
            try
            {
                checkpoints.Save(state, network, step.Adam);
            }
            catch (IOException error) when (DurableFile.IsDiskFull(error))
            {
                // The training continues, because the previous checkpoint still exists and the disk may have room for
                // the next one.
                Stderr.TryWriteLine(
                    $"the checkpoint after epoch {state.History.Count}, step {state.Step} was not written, because the "
                        + "disk "
                    + $"is full: {error.Message}");
                folder.ShowLife(time);
                return;
            }

            (HasSaved, hasWritten) = (true, true);
            events.Append((sequence, at) =>
                new CheckpointWritten { Sequence = sequence, At = at, Epoch = state.History.Count, Step = state.Step });
        }
    }

    private Mixing? DrawMixing(int batch, int epoch, int step, Device device)
    {
        if (_spec.Mixup == 0) return null;
        var lambda = new CounterRandom(_spec.Seed, RandomPurpose.MixupLambda, epoch, step).Beta(_spec.Mixup);
        var partners = new CounterRandom(_spec.Seed, RandomPurpose.MixupPartners, epoch, step).Permutation(batch);
        return new Mixing(lambda, tensor(partners).UploadTo(device));
    }
}
