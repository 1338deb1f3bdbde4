using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Tests.Unit.Core.Trials;

public sealed class HyperparameterTests
{
    /// <summary>Values of every hyperparameter, as a user may write them and in their canonical form.</summary>
    public static TheoryData<string, string, string> Texts { get; } = new()
    {
        { "dataset", "image-folder", "image-folder" }, { "dataset", "synthetic", "synthetic" },
            { "folder", "cifar10-jpeg", "cifar10-jpeg" },
        { "train-images", "all", "all" }, { "train-images", "5000", "5000" }, { "test-images", "0100", "100" },
        { "model", "resnet18", "resnet18" },
        { "model", "reactnet-a", "reactnet-a" }, { "model", "bi-real-net18", "bi-real-net18" },
        { "image-size", "224", "224" }, { "image-size", "32", "32" }, { "method", "xnor-net", "xnor-net" },
        { "domain", "closed-form-centred", "closed-form-centred" },
        { "width", "1024", "1024" }, { "domain", "closed-form", "closed-form" }, { "domain", "symmetric", "symmetric" },
        { "domain", "learned", "learned" }, { "domain", "zero-one", "zero-one" }, { "image-size", "96", "96" },
        { "sparsity", "none", "none" }, { "sparsity", "95", "95" }, { "sparsity", "95.0", "95" },
        { "sparsity", "95.00000000000000000000", "95" },
        { "sparsity", "0", "0" }, { "sparsity", "99.99", "99.99" }, { "sparsity", "67.5", "67.5" },
        { "gamma", "0.070", "0.07" }, { "gamma", "0", "0" },
        { "epochs", "300", "300" }, { "batch-size", "65536", "65536" }, { "learning-rate", "1e-3", "0.001" },
        { "learning-rate", "1E-09", "1E-09" },
        { "learning-rate", "0.1", "0.1" }, { "mixup", "1.0", "1" },
        { "mixup", "0.30000000000000004", "0.30000000000000004" }, { "crop", "0", "0" },
        { "flip", "true", "true" }, { "flip", "false", "false" }, { "dataset", "cifar10", "cifar10" },
        { "dataset", "cifar100", "cifar100" },
        { "rotation", "0", "0" }, { "rotation", "15.0", "15" }, { "validation-images", "none", "none" },
        { "validation-images", "5000", "5000" },
        { "select-on", "test", "test" }, { "select-on", "validation", "validation" },
        { "model", "reactnet18", "reactnet18" }, { "method", "sbnn", "sbnn" }, { "method", "ir-net", "ir-net" },
        { "method", "reactnet", "reactnet" }, { "method", "subbit-0.67", "subbit-0.67" },
        { "method", "full-precision", "full-precision" },
        { "recipe", "authors", "authors" }, { "recipe", "corrected", "corrected" }, { "penalty", "global", "global" },
        { "penalty", "per-layer", "per-layer" },
        { "precision", "float32", "float32" }, { "precision", "bfloat16", "bfloat16" }, { "tf32", "false", "false" },
        { "tf32", "true", "true" },
    };

    public static TheoryData<string, string> Refused { get; } = new()
    {
        { "dataset", "cifar-10" }, { "dataset", "Synthetic" }, { "folder", "" }, { "folder", ".." },
            { "folder", ".hidden" }, { "folder", "a/b" }, { "folder", "é" },
        { "train-images", "0" }, { "train-images", "none" }, { "test-images", "-1" }, { "width", "0" },
        { "width", "1025" }, { "width", "8.0" }, { "width", " 8" },
        { "image-size", "31" }, { "image-size", "1025" }, { "image-size", "224x224" }, { "model", "reactneta" },
        { "width", "0x10" }, { "width", "99999999999999999999" }, { "domain", "0" }, { "sparsity", "100" },
        { "sparsity", "all" }, { "sparsity", "-5" }, { "sparsity", "95%" },
        { "sparsity", "1e1" }, { "gamma", "1" }, { "gamma", "NaN" }, { "gamma", "0,1" }, { "gamma", "-0" },
        { "epochs", "+3" }, { "learning-rate", "0" },
        { "learning-rate", "Infinity" }, { "mixup", "1e400" }, { "mixup", "∞" }, { "crop", "17" }, { "flip", "True" },
        { "flip", "yes" }, { "flip", "1" },
        { "rotation", "-15" }, { "rotation", "181" }, { "validation-images", "all" }, { "validation-images", "0" },
        { "select-on", "train" },
        { "method", "subbit" }, { "method", "subbit-0.5" }, { "method", "re-act-net" }, { "recipe", "paper" },
        { "penalty", "layer" }, { "model", "reactnet-18" },
        { "precision", "bf16" }, { "precision", "float64" }, { "tf32", "on" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Format_ReturnsTheCanonicalForm_OfAParsedValue(string name, string text, string form)
    {
        var parameter = Hyperparameters.Get(name);

        Assert.True(parameter.TryParse(text, out var value));
        Assert.Equal(form, parameter.Format(value));
        Assert.True(parameter.TryParse(form, out var again));
        Assert.Equal(value, again);
        Assert.Equal(value, parameter.Get(parameter.Set(new TrialSpec(), value)));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void TryParse_IsFalse_WhenTheValueIsNotAllowed(string name, string text) =>
        Assert.False(Hyperparameters.Get(name).TryParse(text, out _));

    [Fact]
    public void TryParse_ReadsTheDefault_OfEveryHyperparameter()
    {
        Assert.Equal(Hyperparameters.All.Select(k => k.Name).Order(StringComparer.Ordinal),
            Texts.Select(t => t.Data.Item1).Distinct().Order(StringComparer.Ordinal));
        foreach (var parameter in Hyperparameters.All.Where(k => k.Name != "folder"))
        {
            Assert.True(parameter.TryParse(parameter.Format(parameter.Default), out var value), parameter.Name);
            Assert.Equal(parameter.Default, value);
        }
    }

    [Fact]
    public void TryParse_ReadsEveryWord_AsItsEnumValue()
    {
        foreach (var parameter in Hyperparameters.All.Where(k => k.Type.Kind == HyperparameterKind.Word))
        {
            Assert.NotEmpty(parameter.Type.Words!);
            Assert.All(parameter.Type.Words!, word =>
            {
                Assert.True(parameter.TryParse(word, out var value));
                Assert.Equal(word, parameter.Format(value));
            });
        }
    }

    [Fact]
    public void TryParse_ReturnsTheSameValue_ForEveryFormOf95()
    {
        var parameter = Hyperparameters.Get("sparsity");
        Assert.True(parameter.TryParse("95", out var plain));
        Assert.True(parameter.TryParse("95.0", out var point));

        Assert.Equal(plain, point);
        Assert.Equal(parameter.ToJson(plain)!.ToJsonString(), parameter.ToJson(95.000m)!.ToJsonString());
        Assert.Equal("95", parameter.Format(95.000m));
        Assert.Equal(new TrialSpec { Sparsity = 95 }, new TrialSpec { Sparsity = 95.0m });
        Assert.Equal("95",
            new TrialSpec { Sparsity = 95.0m }.Sparsity!.Value.ToString(
                System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Effective_ResetsOnlyHyperparameters_WithoutEffect()
    {
        var trial = new TrialSpec { Gamma = 0.5, Crop = 1, Folder = "a" };

        Assert.Equal(trial with { Gamma = 0.07 }, trial.Effective());
        Assert.Equal(trial with { Sparsity = 95 }, (trial with { Sparsity = 95 }).Effective());
    }
}
