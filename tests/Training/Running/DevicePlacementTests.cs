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
/// Tests without a GPU that all tensors are moved to the device. torch's meta device, which has no memory, replaces the
/// GPU: networks and optimizers can be moved to it, but it has no convolutions.
/// </summary>
public sealed partial class DevicePlacementTests
{
    private static readonly Device Meta = new(DeviceType.META);

    // The files that read numbers from tensors, with the number of reads. A read waits for the device, so a training
    // step on a GPU must not read any number.
    private static readonly string[] Readers =
    [
        "Method/EffectiveWeight.cs: 2", // Only in the fused kernels, which run on CPUs.
        "Models/LayerCounts.cs: 5", // At the end of an epoch.
        "Models/SubbitConv2d.cs: 2", // At the first step of a run, and at each 25th step.
        "Running/Checkpoints.cs: 1",
        "Running/StepOutcome.cs: 2", // After several steps together (PendingStepMetrics).
        "Running/TrainingRun.cs: 1", // At the end of an evaluation.
        "Running/WeightsFile.cs: 1", // At the end of an epoch that is the best so far, and of the training.
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

        Assert.Empty(network.named_modules()
            .SelectMany(static module => UnregisteredTensors(module.name, module.module)));
        using var step = TrainingStep.Of(trial, network);
        Assert.All(step.Adam.State, static state => Assert.Equal(DeviceType.META, state.Tensor.device_type));
    }

    [Fact]
    public void TensorReads_OccurOnly_AtKnownPlaces()
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

    // Returns the tensors in a module's fields that are not registered as parameters or buffers.
    private static IEnumerable<string> UnregisteredTensors(string name, nn.Module module)
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
