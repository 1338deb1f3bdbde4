using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Tests.Unit.Core.Trials;

/// <summary>
/// Tests the names and words that are stored in specs, files and ledgers. An entry may be added at the end of a list,
/// but no entry may change or be removed, because existing files contain it.
/// </summary>
public sealed class FrozenWordsTests
{
    /// <summary>Every stored enumeration, with its words in the order of its values.</summary>
    public static TheoryData<Type, string> Enumerations { get; } = new()
    {
        { typeof(AttemptEnding),
            "completed crashed killed out-of-memory diverged bad-input stopped lease-expired node-lost unknown hung" },
        { typeof(TrialState), "waiting running finished failed withdrawn" },
        { typeof(DesiredState), "active paused cancelled" },
        { typeof(ConstraintOutcome), "unconstrained reached missed collapsed" },
        { typeof(DatasetKind), "synthetic image-folder cifar10 cifar100 shapes" },
        { typeof(ModelKind),
            "resnet18 reactnet18 reactnet-a reactnet18-imagenet bi-real-net18 xnor-resnet18 "
                + "resnet18-imagenet resnet34-imagenet mobilenet-v1" },
        { typeof(MethodKind),
            "sbnn ir-net reactnet subbit-0.67 subbit-0.56 subbit-0.44 full-precision "
                + "bi-real xnor-net" },
        { typeof(RecipeKind), "authors corrected" },
        { typeof(DomainKind), "symmetric closed-form learned zero-one closed-form-centred" },
        { typeof(PenaltyScope), "global per-layer" },
        { typeof(SelectionSplit), "test validation" },
        { typeof(PrecisionKind), "float32 bfloat16" },
        { typeof(AccuracyChoice), "best last best-of-all" },
        { typeof(RowTest), "paired welch" },
        {
            typeof(TableColumn),
            "domain constraint top1 delta bops-pr bparams-pr k0 k1 gamma ones entropy bops-pr-8-9 bops-pr-sparse "
                + "bops-pr-sparse-half "
            + "empty-filters bops flops ops prediction-interval delta-interval delta-p phi-tau"
        },
    };

    [Theory]
    [MemberData(nameof(Enumerations))]
    public void StoredWords_AreUnchangedAndCanBeRead_ForEveryEnumeration(Type type, string words)
    {
        var values = Enum.GetValues(type).Cast<object>().ToList();

        Assert.Equal(words.Split(' '),
            values.Select(value => JsonSerializer.Serialize(value, type, SbnnJson.Options).Trim('"')));
        Assert.Equal(values, words.Split(' ')
            .Select(word => JsonSerializer.Deserialize($"\"{word}\"", type, SbnnJson.Options)));
    }

    /// <summary>Each line contains a hyperparameter's name, its default and its allowed values.</summary>
    [Fact]
    public void Hyperparameters_KeepTheirNamesDefaultsAndAllowedValues() => Assert.Equal(
        [
            "dataset = synthetic: synthetic image-folder cifar10 cifar100 shapes",
            "folder = none: text",
            "train-images = all: all or integer 1…100000000",
            "test-images = all: all or integer 1…100000000",
            "model = resnet18: resnet18 reactnet18 reactnet-a reactnet18-imagenet bi-real-net18 xnor-resnet18 "
                + "resnet18-imagenet resnet34-imagenet mobilenet-v1",
            "width = 64: integer 1…1024",
            "image-size = 224: integer 32…1024",
            "domain = learned: symmetric closed-form learned zero-one closed-form-centred",
            "sparsity = none: none or number 0…99.99",
            "gamma = 0.07: number 0…0.999",
            "epochs = 300: integer 1…100000",
            "batch-size = 512: integer 1…65536",
            "learning-rate = 0.001: number 1E-09…10",
            "mixup = 1: number 0…100",
            "crop = 4: integer 0…16",
            "flip = true: boolean",
            "rotation = 0: number 0…180",
            "validation-images = none: none or integer 1…100000000",
            "select-on = test: test validation",
            "method = sbnn: sbnn ir-net reactnet subbit-0.67 subbit-0.56 subbit-0.44 full-precision bi-real "
                + "xnor-net",
            "recipe = authors: authors corrected",
            "penalty = global: global per-layer",
            "precision = float32: float32 bfloat16",
            "tf32 = false: boolean",
        ],
        Hyperparameters.All.Select(static parameter =>
            $"{parameter.Name} = {parameter.Format(parameter.Default)}: {Allowed(parameter.Type)}"));

    private static string Allowed(HyperparameterType type)
    {
        var range = FormattableString.Invariant($" {type.Minimum}…{type.Maximum}");
        var some = type.Words is { } words ? string.Join(' ', words)
            : type.Kind.ToString().ToLowerInvariant() + (type.Minimum is null ? "" : range);
        return type.NullWord is { } none ? $"{none} or {some}" : some;
    }
}
