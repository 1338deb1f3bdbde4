using System.Diagnostics;
using System.Globalization;
using Sbnn.Sweeps.Benchmarks.Step;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Models;
using Sbnn.Sweeps.Trainer.Running;
using static TorchSharp.torch;

// Measures images per second of the whole training step (mixup, forward, backward, penalty, Adam, clamp) on the CPU.
// ResNet-18 in both precisions is compared with the reference program in PyTorch and with the convolutions alone.
// ReActNet-18 with each of its methods is compared with its reference program and with the convolutions alone.
// Arguments: [threads=2] [seconds per network=20] [network=all]. The variants take turns, step by step, so that a busy
// machine slows all of them equally and the ratios and processor times stay valid.
var threads = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 2;
var seconds = args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 20;
var selected = args.Length > 2 && args[2] != "all" ? args[2] : null;
TorchRuntime.Prepare(threads);
Console.WriteLine($"{get_num_threads()} threads");

if (IsNeeded("resnet18-64")) MeasureResNet("resnet18-64", width: 64, batch: 64);
if (IsNeeded("resnet18-16")) MeasureResNet("resnet18-16", width: 16, batch: 128);
if (IsNeeded("reactnet18-64")) MeasureReActNet("reactnet18-64", width: 64, batch: 64);
if (IsNeeded("reactnet18-8")) MeasureReActNet("reactnet18-8", width: 8, batch: 32);
if (IsNeeded("reactnet18-4")) MeasureReActNet("reactnet18-4", width: 4, batch: 16);

bool IsNeeded(string network) => selected is null || selected == network;

void MeasureResNet(string name, int width, int batch)
{
    using var scope = NewDisposeScope();
    var (images, labels, mixing) = Batch(batch);
    var trial = new TrialSpec { Width = width, Sparsity = 95 };
    using var single = Network(trial);
    using var half = Network(trial with { Precision = PrecisionKind.BFloat16 });
    using var singleStep = TrainingStep.Of(trial, single);
    using var halfStep = TrainingStep.Of(trial, half);
    using var reference = ReferenceStep.TryStart("resnet18", width, batch, threads);
    using var singleConvolutions = new ConvolutionsAlone(single, batch, float32);
    using var halfConvolutions = new ConvolutionsAlone(half, batch, bfloat16);
    TakeTurns(name, batch,
    [
        .. Reference(reference),
        new("float32", () => singleStep.Run(images, labels, mixing, 1e-3).Read()),
        new("bfloat16", () => halfStep.Run(images, labels, mixing, 1e-3).Read()),
        new("float32, convolutions alone", singleConvolutions.Run),
        new("bfloat16, convolutions alone", halfConvolutions.Run),
    ]);
}

void MeasureReActNet(string name, int width, int batch)
{
    using var scope = NewDisposeScope();
    var (images, labels, mixing) = Batch(batch);
    var react = new TrialSpec { Model = ModelKind.ReActNet18, Width = width, Sparsity = 95 };
    (string Name, TrialSpec Trial)[] trials =
    [
        ("sbnn, float32", react),
        ("sbnn, bfloat16", react with { Precision = PrecisionKind.BFloat16 }),
        ("reactnet, float32", react with { Method = MethodKind.ReActNet, Sparsity = null }),
        ("subbit-0.67, float32", react with { Method = MethodKind.Subbit067, Sparsity = null }),
    ];
    var networks = trials.Select(trial => Network(trial.Trial)).ToList();
    var steps = networks.Zip(trials, static (network, trial) => TrainingStep.Of(trial.Trial, network)).ToList();
    using var reference = ReferenceStep.TryStart("reactnet18", width, batch, threads);
    using var convolutions = new ConvolutionsAlone(networks[0], batch, float32);
    TakeTurns(name, batch,
    [
        .. Reference(reference),
        .. trials.Zip(steps,
            (trial, step) => new Variant(trial.Name, () => step.Run(images, labels, mixing, 1e-3).Read())),
        new("float32, convolutions alone", convolutions.Run),
    ]);
    steps.ForEach(static step => step.Dispose());
    networks.ForEach(static network => network.Dispose());
}

static IEnumerable<Variant> Reference(ReferenceStep? reference) =>
    reference is null ? [] : [new Variant("PyTorch, the reference program", () => (double?)reference.Run())];

void TakeTurns(string name, int batch, List<Variant> variants)
{
    foreach (var variant in variants) variant.WarmUp();
    var all = Stopwatch.StartNew();
    do
    {
        foreach (var variant in variants) variant.Measure();
    }
    while (all.Elapsed.TotalSeconds < seconds);

    Console.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"\n{name}, batch {batch}, {variants[0].Steps} steps each"));
    Console.WriteLine($"{"",-32}{"images/s: median",18}{"best",9}{"x first",9}{"processor ms",15}");
    foreach (var variant in variants)
    {
        var speeds = string.Create(CultureInfo.InvariantCulture,
            $"{variant.Name,-32}{batch / variant.Median,18:F1}{batch / variant.Best,9:F1}");
        Console.WriteLine(speeds + string.Create(CultureInfo.InvariantCulture,
            $"{variants[0].Median / variant.Median,9:F2}{1e3 * variant.Processor,15:F1}"));
    }
}

static (Tensor Images, Tensor Labels, Mixing Mixing) Batch(int batch) =>
    (randn(batch, 3, 32, 32), randint(0, 10, batch, dtype: int64), new Mixing(0.3, randperm(batch, dtype: int64)));

static Network Network(TrialSpec trial)
{
    var random = new Random(1);
    var network = Networks.Create(trial, 10);
    network.Initialise((_, values) =>
    {
        for (var i = 0; i < values.Length; i++) values[i] = random.NextSingle();
    });
    network.train();
    network.SetEpoch(100, 300);
    return network;
}
