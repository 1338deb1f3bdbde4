using System.Diagnostics;
using System.Globalization;
using Sbnn.Sweeps.Benchmarks.Step;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Models;
using static TorchSharp.torch;

// Images a second of the whole training step (mixup, forward, backward, penalty, Adam, clamp) on the CPU, in both precisions, beside plain
// torch operations and the convolutions alone. Arguments: [threads=2] [seconds a network=25] [width=all]. The variants take turns, step by
// step, so that a busy machine slows them all alike: the ratios then still hold, and so does the processor time.
var threads = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 2;
var seconds = args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 25;
int? width = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : null;
(int Width, int Batch)[] networks = [(64, 64), (16, 128)];
TorchRuntime.Prepare(threads);
Console.WriteLine($"{get_num_threads()} threads");
foreach (var (channels, batch) in networks.Where(network => width is null || network.Width == width)) Measure(channels, batch);

void Measure(int channels, int batch)
{
    using var scope = NewDisposeScope();
    var images = randn(batch, 3, 32, 32);
    var labels = randint(0, 10, batch, dtype: int64);
    var mixing = new Mixing(0.3, randperm(batch, dtype: int64));
    var (single, half) = (Network(channels, PrecisionKind.Float32), Network(channels, PrecisionKind.BFloat16));
    using var singleStep = new TrainingStep(single, 0.05, 0.07);
    using var halfStep = new TrainingStep(half, 0.05, 0.07);
    using var plainStep = new PlainStep(channels);
    using var singleConvolutions = new ConvolutionsAlone(single, batch, float32);
    using var halfConvolutions = new ConvolutionsAlone(half, batch, bfloat16);
    List<Variant> variants =
    [
        new("plain torch operations", () => plainStep.Run(images, labels, mixing)),
        new("float32", () => singleStep.Run(images, labels, mixing, 1e-3).Read()),
        new("bfloat16", () => halfStep.Run(images, labels, mixing, 1e-3).Read()),
        new("float32, convolutions alone", singleConvolutions.Run),
        new("bfloat16, convolutions alone", halfConvolutions.Run),
    ];

    foreach (var variant in variants) variant.WarmUp();
    var all = Stopwatch.StartNew();
    do
    {
        foreach (var variant in variants) variant.Measure();
    }
    while (all.Elapsed.TotalSeconds < seconds);

    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\nwidth {channels}, batch {batch}, {variants[0].Steps} steps each"));
    Console.WriteLine($"{"",-30}{"images/s: median",18}{"best",9}{"x plain",9}{"processor ms",15}");
    foreach (var variant in variants)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{variant.Name,-30}{batch / variant.Median,18:F1}{batch / variant.Best,9:F1}{variants[0].Median / variant.Median,9:F2}{1e3 * variant.Processor,15:F0}"));
    }

    single.Dispose();
    half.Dispose();
}

static BinaryNetwork Network(int width, PrecisionKind precision)
{
    var random = new Random(1);
    var network = Networks.Create(new TrialSpec { Width = width, Precision = precision }, 10);
    network.Initialise((_, values) =>
    {
        for (var i = 0; i < values.Length; i++) values[i] = random.NextSingle();
    });
    network.train();
    network.SetEpoch(100, 300);
    return network;
}
