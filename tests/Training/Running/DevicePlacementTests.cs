using System.Reflection;
using System.Text.RegularExpressions;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Trainer.Models;
using Sbnn.Sweeps.Trainer.Running;
using TorchSharp;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Training.Running;

/// <summary>
/// Tests device placement without a GPU: torch's meta device, which has no memory, accepts a network and its optimizer,
/// but has no convolutions.
/// </summary>
public sealed partial class DevicePlacementTests
{
    private static readonly Device Meta = new(DeviceType.META);

    // The places that read a number from a tensor and so wait for the device, which no step on a GPU may do.
    private static readonly string[] Readers =
    [
        "Method/EffectiveWeight.cs: 2", // In the fused kernels of the CPU.
        "Models/LayerCounts.cs: 5", // At an epoch's end.
        "Models/SubbitConv2d.cs: 2", // At the first step of a run, and at each 25th step.
        "Running/Checkpoints.cs: 1",
        "Running/StepOutcome.cs: 2", // After many steps together (PendingStepMetrics).
        "Running/TrainingRun.cs: 1", // At the end of an evaluation.
    ];

    [Theory]
    [MemberData(nameof(Trials.Pairs), MemberType = typeof(Trials))]
    public void Network_MovesToItsDevice_WithAllTensorsAndTheOptimizer(ModelKind model, MethodKind method)
    {
        using var scope = NewDisposeScope();
        var trial = new TrialSpec { Model = model, Method = method, Width = 2 };
        using var network = Networks.Create(trial, 10);
        network.Initialise(static (_, values) => values.Fill(0.4f));

        network.to(Meta);

        Assert.Empty(network.named_modules().SelectMany(static module => TensorsElsewhere(module.name, module.module)));
        using var step = TrainingStep.Of(trial, network);
        Assert.All(step.Adam.State, static state => Assert.Equal(DeviceType.META, state.Tensor.device_type));
    }

    [Fact]
    public void Reads_OfTensors_OccurOnlyAtKnownPlaces()
    {
        var trainer = Repository.PathOf("src", "Trainer");
        var found = from file in Directory.EnumerateFiles(trainer, "*.cs", SearchOption.AllDirectories)
                    let reads = File.ReadLines(file).Count(static line => Read().IsMatch(line))
                    where reads > 0
                    let name = Path.GetRelativePath(trainer, file)
                    orderby name
                    select $"{name}: {reads}";
        Assert.Equal(Readers, found);
    }

    [GeneratedRegex(@"\.item<|\.cpu\(\)|\.data<")]
    private static partial Regex Read();

    // Tensors in fields of a module that it has not registered.
    private static IEnumerable<string> TensorsElsewhere(string name, nn.Module module)
    {
        const BindingFlags Own =
            BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly;
        for (var type = module.GetType(); type is not null; type = type.BaseType)
        {
            foreach (var field in type.GetFields(Own))
            {
                if (field.GetValue(module) is Tensor { device_type: not DeviceType.META })
                    yield return $"{name}.{field.Name}";
            }
        }
    }
}
