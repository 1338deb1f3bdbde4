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
/// What can be said of a device without having one: torch's device without memory takes a network and its optimizer,
/// but has no convolutions.
/// </summary>
public sealed partial class DevicePlacementTests
{
    private static readonly Device Meta = new(DeviceType.META);

    // Where a number is read of a tensor, and the device waited for: never in a step on a GPU.
    private static readonly string[] Readers =
    [
        "Method/EffectiveWeight.cs: 2", // the fused kernels of the CPU
        "Models/LayerCounts.cs: 5", // at an epoch's end
        "Models/SubbitConv2d.cs: 2", // at the first step of a run, and at each 25th step
        "Running/Checkpoints.cs: 1",
        "Running/StepOutcome.cs: 2", // every so many steps (PendingStepMetrics)
        "Running/TrainingRun.cs: 1", // at the end of an evaluation
    ];

    [Theory]
    [MemberData(nameof(Trials.Pairs), MemberType = typeof(Trials))]
    public void Network_ReachesItsDevice_WithAllTensorsAndTheOptimizers(ModelKind model, MethodKind method)
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
    public void Reads_OfTensors_StandOnlyWhereAWaitIsMeant()
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

    // Fields that a module keeps beside what it has registered.
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
