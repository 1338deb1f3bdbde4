using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Tests.Unit.Core.Trials;

/// <summary>
/// Tests trial keys with vectors. If a change breaks a vector, existing ledgers no longer recognise their trained
/// trials. Never adapt a vector; choose the default of a new hyperparameter so that the old vectors stay valid. A
/// raised recipe version is the only exception: it changes the vectors of its model and method, whose trials are
/// trained again.
/// </summary>
public sealed class TrialKeyTests
{
    private const string Digest = "9f86d081";

    private static readonly TrialSpec Plain = new() { DataDigest = Digest };

    private static readonly TrialSpec Everything = Plain with
    {
        Dataset = DatasetKind.ImageFolder,
        Folder = "cifar10-jpeg",
        TrainImages = 5000,
        TestImages = 2000,
        Width = 16,
        Domain = DomainKind.ClosedForm,
        Sparsity = 97.5m,
        Gamma = 0.1,
        Epochs = 20,
        BatchSize = 64,
        LearningRate = 2.5e-7,
        Mixup = 0.30000000000000004,
        Crop = 0,
        Flip = false,
        Seed = 2147483647,
    };

    /// <summary>
    /// The title of each vector, the trial, its canonical form (with ' for each double quote), and that form's SHA-256.
    /// </summary>
    public static TheoryData<string, TrialSpec, string, string> Vectors { get; } = new()
    {
        {
            "defaults left out", Plain,
            "{'data':'9f86d081','recipe-version':1,'seed':1}",
            "89d084c711f377b26f2e48301a9be5ff9913dc46dab4c395eda853240ee7edb4"
        },
        {
            "another seed", Plain with { Seed = 2 },
            "{'data':'9f86d081','recipe-version':1,'seed':2}",
            "5ba10ffff51847bc6b9216a8100839f1333c9a5433b8cc5d7c92892189764ca6"
        },
        {
            "gamma without target left out", Plain with { Gamma = 0.3, Domain = DomainKind.Symmetric },
            "{'data':'9f86d081','domain':'symmetric','recipe-version':1,'seed':1}",
            "18d871de715a165cca440f9c1290a5de5f2f493108190ea9dd43565beca574f4"
        },
        {
            "gamma with target", Plain with { Gamma = 0.3, Sparsity = 95 },
            "{'data':'9f86d081','gamma':0.3,'recipe-version':1,'seed':1,'sparsity':95}",
            "734bc7fd3cd6b3e26e25cb6898b5022a9d62deacd4dfdad9b78e43af10a84bad"
        },
        {
            "TF32 allowed", Plain with { Tf32 = true }, "{'data':'9f86d081','recipe-version':1,'seed':1,'tf32':true}",
            "5694d580b08e9e3cb97b917bd36f338bf0108173997dd84c3c75d61e3b396f63"
        },
        {
            "another precision", Plain with { Precision = PrecisionKind.BFloat16 },
            "{'data':'9f86d081','precision':'bfloat16','recipe-version':1,'seed':1}",
            "07088c2763695549bcc51efd0eab750d21205201d0f8aaeb7ac263ffc60a7c31"
        },
        {
            "95.0 is 95", Plain with { Sparsity = 95.0m },
            "{'data':'9f86d081','recipe-version':1,'seed':1,'sparsity':95}",
            "8c5a2d0fef2c6ddea489b079c23fa07b023eea1166f0880352dac7890dc983e7"
        },
        {
            "folder left out", Plain with { Dataset = DatasetKind.ImageFolder, Folder = "anywhere", Mixup = 0 },
            "{'data':'9f86d081','dataset':'image-folder','mixup':0,'recipe-version':1,'seed':1}",
            "c816b31a6751ed305f41761cfc433458faca5e4f82f71a8cd1d3c9238cd0b321"
        },
        {
            "everything set", Everything,
            "{'batch-size':64,'crop':0,'data':'9f86d081','dataset':'image-folder','domain':'closed-form',"
                + "'epochs':20,'flip':false,'gamma':0.1,'learning-rate':2.5E-07,'mixup':0.30000000000000004,"
                + "'recipe-version':1,'seed':2147483647,'sparsity':97.5,'test-images':2000,'train-images':5000,"
                + "'width':16}",
            "dcc3cd0d740eb21b264d7388c07eaeaa7beeeedd64378b813e64455acdf000b5"
        },
        {
            "CIFAR-100 as the authors turn it", Plain with { Dataset = DatasetKind.Cifar100, Rotation = 15 },
            "{'data':'9f86d081','dataset':'cifar100','recipe-version':1,'rotation':15,'seed':1}",
            "1d409855f42f027ee2dfb38b81463fa61756a40b00becd078f2cdfb984811ab6"
        },
        {
            "chosen on validation images",
                Plain with { Dataset = DatasetKind.Cifar10, ValidationImages = 5000,
                    SelectOn = SelectionSplit.Validation },
            "{'data':'9f86d081','dataset':'cifar10','recipe-version':1,'seed':1,'select-on':'validation',"
                + "'validation-images':5000}",
            "0ce1da33b66cb9cd65cd29707e98324d943b1886a3b109a4d0a98b8cd5938f1d"
        },
        {
            "small numbers", Plain with { LearningRate = 1e-9, Width = 1, Sparsity = 0, Gamma = 0 },
            "{'data':'9f86d081','gamma':0,'learning-rate':1E-09,'recipe-version':1,'seed':1,'sparsity':0,'width':1}",
            "919c10cd8f19a8519cb4b1bdbc6dd9c5fef40d17110228e18f79693a4ac54a69"
        },
        {
            "another model", Plain with { Model = ModelKind.ReActNet18, Sparsity = 95 },
            "{'data':'9f86d081','model':'reactnet18','recipe-version':2,'seed':1,'sparsity':95}",
            "2b643aa4ee3dd1d28f4a673eef267fcc8aa8461ecc92006720236e4308dbc5e2"
        },
        {
            "IR-Net: sparsity, gamma, penalty and domain left out",
                Plain with { Method = MethodKind.IrNet, Sparsity = 95, Gamma = 0.2, Penalty = PenaltyScope.PerLayer,
                    Domain = DomainKind.Symmetric },
            "{'data':'9f86d081','method':'ir-net','recipe-version':1,'seed':1}",
            "205c2f5f5e6bf09db1e8121414244d84fa12de38d6934b0ecf8c452a4fb044cb"
        },
        {
            "a method with a point in its name",
                Plain with { Model = ModelKind.ReActNet18, Method = MethodKind.Subbit056 },
            "{'data':'9f86d081','method':'subbit-0.56','model':'reactnet18','recipe-version':2,'seed':1}",
            "a63580327a3ab9010c1300b75a0e0457b9f1a893c7da7ff69a075b3a78d51edc"
        },
        {
            "full precision: recipe left out",
                Plain with { Method = MethodKind.FullPrecision, Recipe = RecipeKind.Corrected },
            "{'data':'9f86d081','method':'full-precision','recipe-version':1,'seed':1}",
            "99e111845b32f6aeedbbf9960705284b54e96ccd366ea21681ff0c2b6b70f154"
        },
        {
            "corrected, per layer",
                Plain with { Recipe = RecipeKind.Corrected, Penalty = PenaltyScope.PerLayer, Sparsity = 50 },
            "{'data':'9f86d081','penalty':'per-layer','recipe':'corrected','recipe-version':1,'seed':1,'sparsity':50}",
            "b9914795836ca53f4ceb5161fbd3e1a553c5fe229362c0b4d62145c9d8ee581b"
        },
        {
            "the authors' 50 percent has no penalty to take per layer",
                Plain with { Penalty = PenaltyScope.PerLayer, Sparsity = 50 },
            "{'data':'9f86d081','recipe-version':1,'seed':1,'sparsity':50}",
            "93039ec485704ea04076c4db058384f968a06a3430dc795042962d860fb9387c"
        },
        {
            "per layer without target left out", Plain with { Penalty = PenaltyScope.PerLayer },
            "{'data':'9f86d081','recipe-version':1,'seed':1}",
            "89d084c711f377b26f2e48301a9be5ff9913dc46dab4c395eda853240ee7edb4"
        },
        {
            "ReActNet-A on smaller images", Plain with { Model = ModelKind.ReActNetA, Sparsity = 90, ImageSize = 96 },
            "{'data':'9f86d081','image-size':96,'model':'reactnet-a','recipe-version':1,'seed':1,'sparsity':90}",
            "9cde2d8c4bb9a5e06004993a6e10ea41b4422e7f0abc04339d1a003b92bac314"
        },
        {
            "the usual image size left out",
                Plain with { Model = ModelKind.ResNet34ImageNet, Method = MethodKind.FullPrecision,
                    ImageSize = 224 },
            "{'data':'9f86d081','method':'full-precision','model':'resnet34-imagenet','recipe-version':1,'seed':1}",
            "732cd019ac133a343eaae548b2d8b51d69287e74f41ba73bfcd05e8608a79205"
        },
        {
            "the image size of a network for small images left out", Plain with { ImageSize = 96 },
            "{'data':'9f86d081','recipe-version':1,'seed':1}",
            "89d084c711f377b26f2e48301a9be5ff9913dc46dab4c395eda853240ee7edb4"
        },
        {
            "ImageNet's 50 percent has a penalty to take per layer",
                Plain with { Model = ModelKind.ReActNetA, Penalty = PenaltyScope.PerLayer, Sparsity = 50 },
            "{'data':'9f86d081','model':'reactnet-a','penalty':'per-layer','recipe-version':1,'seed':1,'sparsity':50}",
            "6c9fe817ec8824b078d22b9fa19e6bee6e932511ab4633ffe4cc9703f1099880"
        },
        {
            "the corrected window", Plain with { Model = ModelKind.ReActNet18, Recipe = RecipeKind.Corrected },
            "{'data':'9f86d081','model':'reactnet18','recipe':'corrected','recipe-version':3,'seed':1}",
            "580597eee61eca734f99ed5c0251fb40133356937c96689f79d9b9b751fde1ea"
        },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Of_ReturnsTheStoredCanonicalFormAndKey_ForEveryVector(
        string title, TrialSpec trial, string canonical, string key)
    {
        Assert.Equal((title, canonical.Replace('\'', '"')),
            (title, TrialKey.Canonical(trial).ToJsonString(SbnnJson.Options)));
        Assert.Equal((title, key), (title, TrialKey.Of(trial).Hex));
    }

    [Fact]
    public void Of_ReturnsTheSha256_OfTheCanonicalFormInUtf8()
    {
        var canonical = TrialKey.Canonical(Everything).ToJsonString(SbnnJson.Options);

        Assert.Equal(Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(canonical))),
            TrialKey.Of(Everything).Hex);
        Assert.Equal(TrialKey.Of(Everything).Hex[..12], TrialKey.Of(Everything).Short);
    }

    [Fact]
    public void Of_ReturnsAnotherKey_WhenAHyperparameterWithAnEffectChanges()
    {
        var changed = new Dictionary<string, string>
        {
            ["dataset"] = "synthetic",
            ["train-images"] = "all",
            ["test-images"] = "1999",
            ["width"] = "17",
            ["domain"] = "learned",
            ["sparsity"] = "97",
            ["gamma"] = "0.2",
            ["epochs"] = "21",
            ["batch-size"] = "65",
            ["learning-rate"] = "2.5e-6",
            ["mixup"] = "0.3",
            ["crop"] = "1",
            ["flip"] = "true",
            ["rotation"] = "15",
            ["validation-images"] = "500",
            ["select-on"] = "validation",
            ["model"] = "reactnet18",
            ["recipe"] = "corrected",
            ["penalty"] = "per-layer",
            ["precision"] = "bfloat16",
            ["tf32"] = "true",
        };
        var keys = new HashSet<TrialKey> { TrialKey.Of(Everything), TrialKey.Of(Everything with { Seed = 1 }),
            TrialKey.Of(Everything with { DataDigest = "0" }) };
        foreach (var parameter in Hyperparameters.All)
        {
            // Skips the method, because other methods remove the effect of some hyperparameters, the image size, which
            // has no effect here, and the places of images, which are not part of a trial's identity.
            if (parameter.Name is "method" or "image-size" || parameter.IsPlace) continue;
            Assert.True(parameter.TryParse(changed[parameter.Name], out var value), parameter.Name);
            Assert.True(keys.Add(TrialKey.Of(parameter.Set(Everything, value))), parameter.Name);
        }

        Assert.Equal(3 + changed.Count, keys.Count);
        foreach (var (model, method) in Enum.GetValues<ModelKind>()
            .SelectMany(model => Enum.GetValues<MethodKind>().Where(method => method.IsFor(model))
                .Select(method => (model, method))))
        {
            var trial = Plain with { Seed = 4, Model = model, Method = method };
            Assert.True(keys.Add(TrialKey.Of(trial)), $"{model} with {method}");
        }
    }

    [Fact]
    public void Of_ReturnsTheSameKey_WhenAChangeHasNoEffect()
    {
        Assert.Equal(TrialKey.Of(Everything), TrialKey.Of(Everything with { Folder = "elsewhere" }));
        Assert.Equal(TrialKey.Of(Plain), TrialKey.Of(Plain with { Gamma = 0.9 }));
        Assert.Equal(TrialKey.Of(Plain), TrialKey.Of((Plain with { Gamma = 0.9 }).Effective()));
    }

    [Fact]
    public void Of_ReturnsTheSameKey_InAnyOrderOfSettings()
    {
        var one = new TrialSpec { Width = 8, Sparsity = 95, Seed = 3, DataDigest = Digest };
        var other = new TrialSpec { DataDigest = Digest, Seed = 3, Sparsity = 95, Width = 8 };

        Assert.Equal(TrialKey.Of(one), TrialKey.Of(other));
        Assert.Equal(
            TrialKey.Canonical(Everything).Select(m => m.Key).Order(StringComparer.Ordinal),
            TrialKey.Canonical(Everything).Select(m => m.Key));
    }

    [Fact]
    public void Of_ReturnsTheSameKey_AfterARoundTripThroughJson()
    {
        var copy = JsonSerializer.Deserialize<TrialSpec>(JsonSerializer.Serialize(Everything, SbnnJson.Options),
            SbnnJson.Options)!;

        Assert.Equal(Everything, copy);
        Assert.Equal(TrialKey.Of(Everything), TrialKey.Of(copy));
    }

    [Fact]
    public void Of_Throws_WithoutADataDigest() =>
        Assert.Throws<InvalidOperationException>(() => TrialKey.Of(new TrialSpec()));
}
