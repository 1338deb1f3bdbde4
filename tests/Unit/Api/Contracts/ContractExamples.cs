using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Hooks;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using NodeState = Sbnn.Sweeps.Grains.NodeState;
using ReasonKind = Sbnn.Sweeps.Api.Views.ReasonKind;
using SpecPlan = Sbnn.Sweeps.Api.Views.SpecPlan;

namespace Sbnn.Sweeps.Tests.Unit.Api.Contracts;

/// <summary>An example of each contract, with every member set.</summary>
internal static class ContractExamples
{
    private static readonly TrialSpec Spec =
        new() { Width = 8, Sparsity = 95, Epochs = 6, DataDigest = new string('d', 64), Seed = 2 };

    private static readonly Sweep Sweep = new()
    {
        Name = "quickstart",
        Revision = 2,
        DesiredState = DesiredState.Active,
        Priority = -5,
        Counts = new TrialCounts { Trials = 15, Waiting = 5, Running = 4, Finished = 3, Failed = 2, Withdrawn = 1 },
        TimeLeft = TimeSpan.FromSeconds(90.5),
    };

    private static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly NodeGpu Gpu = new()
    {
        Uuid = "GPU-1",
        Model = "NVIDIA A100",
        Slots = 3,
        TakenSlots = 2,
        MemoryMiB = 40960,
        UsedMiB = 9000,
        OtherProgramsMiB = 300,
        UtilizationPercent = 97,
    };

    private static readonly Node Node = new()
    {
        Name = "gpu-1",
        State = NodeState.Silent,
        Reason = "no contact for 12 s",
        Slots = 8,
        TakenSlots = 3,
        Gpus = [Gpu],
        Build = "0.1.0+abc",
        HeardAt = Time,
    };

    private static readonly StateReason Reason = new() { Kind = ReasonKind.AttemptFailed, Text = "exited with code 9" };

    private static readonly FailedAttempt Failure = new()
    {
        Ending = AttemptEnding.OutOfMemory,
        ExitCode = 137,
        Signal = 9,
        Stderr = "last words\n",
        Logs = "/home/trials/key/2",
    };

    private static readonly Trial Trial = new()
    {
        Key = TrialKey.Of(Spec),
        Spec = Spec,
        Position = 1,
        State = TrialState.Failed,
        Reason = Reason,
        Attempt = 2,
        AttemptEnd = "exited with code 9",
        NotBefore = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        Node = new NodeName("node"),
        RunsAlone = true,
        Epoch = 3,
        Correct = 70,
        Total = 100,
        Ones = 5,
        Weights = 90,
        EpochTime = TimeSpan.FromSeconds(1.5),
        KeptWeights = new KeptWeights(new string('b', 64), new string('1', 64)),
        Failure = Failure,
    };

    private static readonly RecordedEpoch Epoch = new(Ledger.Sample.Epoch(3, 50), 1, 1.5, 400);

    private static readonly AttemptProvenance Attempt = new()
    {
        Attempt = 2,
        Node = new NodeName("node"),
        DeviceClass = "cpu: test, 1 thread",
        GpuModel = "NVIDIA A100",
        Trainer = new TrainerFacts
        {
            Version = "0.1.0",
            TorchSharp = "0.107.0",
            Libtorch = "2.10.0",
            DotNet = "10.0",
            Os = "Debian",
            Kernel = "6.1",
            MemoryMiB = 64_000,
        },
        PeakMemoryMiB = 900,
        PeakGpuMemoryMiB = 700,
        StartedAt = Time,
        EndedAt = Time.AddSeconds(9),
        Ending = "out-of-memory",
        Reason = "ran out of memory",
        ResumedAtEpoch = 2,
        StartedAfresh = "the checkpoint was damaged",
        Preflight = new TrialKey(new string('e', 64)),
        IsResumeExact = true,
        PreflightDetail = "the same bytes",
    };

    /// <summary>The examples, sorted by the names of their contracts.</summary>
    public static IReadOnlyList<object> All { get; } =
    [
        new ChangedDesiredState { Before = DesiredState.Active, Now = DesiredState.Paused, Withdrawn = 1, Stopping = 2,
            Requeued = 3, Finished = 4 },
        new ChangedPriority { Before = 0, Now = 7 },
        new DesiredStateRequest { DesiredState = DesiredState.Cancelled },
        new DrainRequest { Draining = true },
        new EpochList { Items = [Epoch], NextAfter = 3 },
        Failure,
        new FinishedSweep { Sweep = Sweep, Table = "| domain | top-1 |\n" },
        new JoinRequest { Name = "gpu-1", Identity = new string('0', 32), Csr = "-----BEGIN CERTIFICATE REQUEST-----" },
        new JoinToken
        {
            Token = new string('a', 64),
            Authority = "-----BEGIN CERTIFICATE-----",
            Head = "https://10.0.0.1:7700",
            ExpiresAt = Time,
        },
        new JoinTokenRequest { ExpiresInSeconds = 3600 },
        new JoinedNode
        {
            Secret = new string('b', 64),
            Certificate = "-----BEGIN CERTIFICATE-----",
            GatewayPort = 7701,
        },
        Node,
        Gpu,
        new NodeList { Items = [Node] },
        new PriorityRequest { Priority = 7 },
        new RenewalRequest { Csr = "-----BEGIN CERTIFICATE REQUEST-----" },
        new RenewedCertificate { Certificate = "-----BEGIN CERTIFICATE-----" },
        new ReportFileEntry { Name = "table.tex", Path = "/api/v1/sweeps/quickstart/report/table.tex" },
        new ReportFileList
        {
            Items = [new() { Name = "table.tex", Path = "/api/v1/sweeps/quickstart/report/table.tex" }],
        },
        new RetriedTrials { Retried = 3 },
        new SpecCheckRequest { Spec = "name: quickstart\n", FileName = "quickstart.yaml", Published = "rows: []\n" },
        new SpecCheckResult
        {
            Mistakes = [new SpecMistake(3, "trial.gamma", "1.5 is not allowed")],
            Plan = new SpecPlan
            {
                Name = "quickstart",
                GridSize = 20,
                Excluded = 3,
                Merged = 2,
                Trials = 15,
                Cached = 4,
                Open = 5,
                Failed = 1,
                New = 5,
                Duration = TimeSpan.FromSeconds(90.5),
                Untimed = 1,
                Slots = 2,
                Summary = "quickstart: 15 trials",
                Hints = ["sparsity: 0.9 means 0.9 % of the weights"],
            },
        },
        new SpecSubmissionRequest
        {
            Spec = "name: quickstart\n",
            FileName = "quickstart.yaml",
            Published = "rows: []\n",
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        },
        Reason,
        new SubmissionProgress { Text = "images: synthetic" },
        new SubmitSweepRequest
        {
            Name = "quickstart",
            SpecText = "name: quickstart\n",
            Table = new TableSpec { Title = "Quick", Columns = [TableColumn.Domain, TableColumn.Top1], Rows = [] },
            Run = new RunSpec(),
            Trials = [new KeyedTrial(TrialKey.Of(Spec), Spec)],
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        },
        new SubmittedSweep
        {
            Revision = 2,
            NewTrials = 1,
            Waiting = 2,
            Running = 3,
            Finished = 4,
            Failed = 5,
            Withdrawn = 6,
            Stopping = 7,
            DesiredStateBefore = DesiredState.Paused,
        },
        Sweep,
        new SweepHookList
        {
            Items = [new() { Name = "chat", State = HookState.Failed, Reason = "answered 500", At = Time }],
        },
        new SweepList { Items = [Sweep], NextCursor = "c3dlZXBzOng" },
        Trial,
        new TrialChanges { Sweep = Sweep, Items = [Trial], Varying = ["sparsity"], Mark = "e30" },
        new TrialChangesRequest { Since = "e30" },
        new TrialDocument
        {
            Trial = Trial,
            Sweeps = ["quickstart"],
            Attempts = [Attempt],
            Classes = 10,
            ResultSha256 = new string('a', 64),
            CommittedAt = Time,
            Constraint = ConstraintOutcome.Reached,
        },
        new TrialList { Items = [Trial], Varying = ["sparsity"], Total = 2, Mark = "e30", NextCursor = "e30" },
    ];
}
