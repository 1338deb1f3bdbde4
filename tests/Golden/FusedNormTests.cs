using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Method.Fused;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

/// <summary>
/// Compares the fused passes in float32 and bfloat16 with the same operations, not fused, in float64. The sizes require
/// more than one chunk and thread and do not fill the last SIMD vector. Norms are compared, because rounding may move a
/// single value across a threshold.
/// </summary>
public sealed class FusedNormTests
{
    private static readonly SignSurrogate Surrogate = new(1.7, 1.2);

    public static TheoryData<int, int, int, ScalarType> Sizes => new()
    {
        { 8, 24, 32, float32 }, { 16, 64, 16, float32 }, { 3, 5, 7, float32 }, { 2, 1, 3, float32 },
            { 32, 8, 32, float32 },
        { 8, 24, 32, bfloat16 }, { 16, 64, 16, bfloat16 }, { 3, 5, 7, bfloat16 }, { 2, 1, 3, bfloat16 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void NormSign_EqualsTheUnfusedOperations(int batch, int channels, int size, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var y = ConvolutionAgreementTests.Noise(1, batch, channels, size, size).mul(2).add(3).to(type).to(float64);
        var gradient = ConvolutionAgreementTests.Noise(2, batch, channels, size, size).to(type).to(float64);
        using var single = Norm(channels, float32);
        using var exact = Norm(channels, float64);

        var fusedInput = y.to(type).requires_grad_();
        var fused = NormSign.Apply(fusedInput, single, Surrogate);
        fused.backward([gradient.to(type)]);
        BackwardTensors.Release();
        var plainInput = y.clone().requires_grad_();
        var plain = SignFunction.Apply(exact.forward(plainInput).hardtanh_(-1, 1), Surrogate);
        (plain * gradient).sum().backward();

        Assert.Equal((type, type), (fused.dtype, fusedInput.grad!.dtype));
        AssertAgrees("signs", plain, fused);
        AssertAgrees("gradient of y", plainInput.grad!, fusedInput.grad!);
        AssertNormsAgree(exact, single);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void NormAdd_EqualsTheUnfusedOperations(int batch, int channels, int size, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var y = ConvolutionAgreementTests.Noise(1, batch, channels, size, size).mul(2).add(3).to(type).to(float64);
        var shortcut = ConvolutionAgreementTests.Noise(2, batch, channels, size, size);
        var (gradientX, gradientSigns) =
            (ConvolutionAgreementTests.Noise(3, y.shape), ConvolutionAgreementTests.Noise(4, y.shape));
        using var single = Norm(channels, float32);
        using var exact = Norm(channels, float64);

        var (fusedY, fusedShortcut) = (y.to(type).requires_grad_(), shortcut.to(float32).requires_grad_());
        var (fused, fusedSigns) = NormAdd.Apply(fusedY, single, fusedShortcut, clamps: true, Surrogate);
        ((fused * gradientX.to(float32)).sum() + (fusedSigns.to(float32) * gradientSigns.to(float32)).sum()).backward();
        BackwardTensors.Release();
        var (plainY, plainShortcut) = (y.clone().requires_grad_(), shortcut.clone().requires_grad_());
        var plain = exact.forward(plainY).add(plainShortcut).hardtanh_(-1, 1);
        ((plain * gradientX).sum() + (SignFunction.Apply(plain, Surrogate) * gradientSigns).sum()).backward();

        Assert.Equal((float32, type, type), (fused.dtype, fusedSigns.dtype, fusedY.grad!.dtype));
        AssertAgrees("x", plain, fused);
        AssertAgrees("gradient of y", plainY.grad!, fusedY.grad!);
        AssertAgrees("gradient of the shortcut", plainShortcut.grad!, fusedShortcut.grad!);
        AssertNormsAgree(exact, single);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void NormAlone_EqualsTorchsBatchNorm(int batch, int channels, int size, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var y = ConvolutionAgreementTests.Noise(1, batch, channels, size, size).mul(2).add(3).to(type).to(float64);
        var gradient = ConvolutionAgreementTests.Noise(2, y.shape);
        using var single = Norm(channels, float32);
        using var exact = Norm(channels, float64);

        var (fusedY, plainY) = (y.to(type).requires_grad_(), y.clone().requires_grad_());
        var fused = NormAlone.Apply(fusedY, single);
        (fused * gradient.to(float32)).sum().backward();
        BackwardTensors.Release();
        var plain = exact.forward(plainY);
        (plain * gradient).sum().backward();

        Assert.Equal((float32, type), (fused.dtype, fusedY.grad!.dtype));
        AssertAgrees("x", plain, fused);
        AssertAgrees("gradient of y", plainY.grad!, fusedY.grad!);
        AssertNormsAgree(exact, single);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void ShiftedSign_EqualsTheUnfusedOperations(int batch, int channels, int size, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var x = ConvolutionAgreementTests.Noise(1, batch, channels, size, size).to(float32).to(float64);
        var gradient = ConvolutionAgreementTests.Noise(2, x.shape).to(type).to(float64);
        var bias = ConvolutionAgreementTests.Noise(3, channels).to(float32).to(float64);

        var (fusedX, fusedBias) = (x.to(float32).requires_grad_(), bias.to(float32).requires_grad_());
        var fused = ShiftedSign.Apply(fusedX, fusedBias, -1, type);
        fused.backward([gradient.to(type)]);
        BackwardTensors.Release();
        var (plainX, plainBias) = (x.clone().requires_grad_(), bias.clone().requires_grad_());
        var plain = RSignFunction.Apply(plainX + plainBias.reshape(1, -1, 1, 1), -1);
        (plain * gradient).sum().backward();

        Assert.Equal((type, float32), (fused.dtype, fusedX.grad!.dtype));
        AssertAgrees("signs", plain, fused);
        AssertAgrees("gradient of x", plainX.grad!, fusedX.grad!);
        AssertAgrees("gradient of the bias", plainBias.grad!, fusedBias.grad!);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void NormActivate_EqualsTheUnfusedOperations(int batch, int channels, int size, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var y = ConvolutionAgreementTests.Noise(1, batch, channels, size, size).mul(2).add(3).to(type).to(float64);
        Tensor[] values =
        [
            ConvolutionAgreementTests.Noise(2, y.shape), ConvolutionAgreementTests.Noise(7, channels),
            ConvolutionAgreementTests.Noise(8, channels),
            ConvolutionAgreementTests.Noise(9, channels), ConvolutionAgreementTests.Noise(10, channels),
        ];
        var (gradientX, gradientSigns) = (ConvolutionAgreementTests.Noise(3, y.shape),
            ConvolutionAgreementTests.Noise(4, y.shape).to(type).to(float64));
        using var single = Norm(channels, float32);
        using var exact = Norm(channels, float64);

        var fusedInputs = values.Select(value => value.to(float32).requires_grad_()).ToList();
        var fusedY = y.to(type).requires_grad_();
        var (fused, fusedSigns) = NormActivate.Apply(
            fusedY, single, fusedInputs[0], fusedInputs[1], fusedInputs[2], fusedInputs[3], fusedInputs[4], -1);
        ((fused * gradientX.to(float32)).sum() + (fusedSigns!.to(float32) * gradientSigns.to(float32)).sum())
            .backward();
        BackwardTensors.Release();
        var plainInputs = values.Select(value => value.clone().requires_grad_()).ToList();
        var plainY = y.clone().requires_grad_();
        var sum = exact.forward(plainY) + plainInputs[0] + plainInputs[1].reshape(1, -1, 1, 1);
        var plain = nn.functional.prelu(sum, plainInputs[2]) + plainInputs[3].reshape(1, -1, 1, 1);
        var signs = RSignFunction.Apply(plain + plainInputs[4].reshape(1, -1, 1, 1), -1);
        ((plain * gradientX).sum() + (signs * gradientSigns).sum()).backward();

        Assert.Equal((float32, type, type), (fused.dtype, fusedSigns.dtype, fusedY.grad!.dtype));
        AssertAgrees("x", plain, fused);
        AssertAgrees("signs", signs, fusedSigns);
        AssertAgrees("gradient of y", plainY.grad!, fusedY.grad!);
        for (var i = 0; i < values.Length; i++)
            AssertAgrees($"gradient {i}", plainInputs[i].grad!, fusedInputs[i].grad!);
        AssertNormsAgree(exact, single);
    }

    [Fact]
    public void NormActivate_ComputesTheSameSums_ForAnyNumberOfThreads()
    {
        using var scope = NewDisposeScope();
        var threads = get_num_threads();
        try
        {
            var (one, two) = (Gradients(1), Gradients(2));
            foreach (var (first, second) in one.Zip(two))
                Assert.Equal(first.data<float>().ToArray(), second.data<float>().ToArray());
        }
        finally
        {
            set_num_threads(threads);
        }

        static List<Tensor> Gradients(int threads)
        {
            set_num_threads(threads);
            using var norm = Norm(24, float32);
            var inputs = new[] { 1, 2 }.Select(
                seed => ConvolutionAgreementTests.Noise(seed, 8, 24, 32, 32).to(float32).requires_grad_())
                .Concat(new[] { 3, 4, 5, 6 }.Select(
                    seed => ConvolutionAgreementTests.Noise(seed, 24).to(float32).requires_grad_())).ToList();
            var (x, signs) = NormActivate.Apply(
                inputs[0], norm, inputs[1], inputs[2], inputs[3], inputs[4], inputs[5], 0);
            var gradient = ConvolutionAgreementTests.Noise(7, x.shape).to(float32);
            autograd.backward([x, signs!], [gradient, gradient]);
            BackwardTensors.Release();
            return [.. inputs.Skip(2).Select(input => input.grad!), norm.weight!.grad!, norm.bias!.grad!];
        }
    }

    private static BatchNorm2d Norm(int channels, ScalarType type)
    {
        var norm = nn.BatchNorm2d(channels, dtype: type);
        using var _ = no_grad();
        norm.weight!.copy_(ConvolutionAgreementTests.Noise(5, channels).add(1.5));
        norm.bias!.copy_(ConvolutionAgreementTests.Noise(6, channels));
        return norm;
    }

    private static void AssertNormsAgree(BatchNorm2d exact, BatchNorm2d single)
    {
        AssertAgrees("gradient of gamma", exact.weight!.grad!, single.weight!.grad!);
        AssertAgrees("gradient of beta", exact.bias!.grad!, single.bias!.grad!);
        AssertAgrees("running mean", exact.running_mean!, single.running_mean!);
        AssertAgrees("running variance", exact.running_var!, single.running_var!);
    }

    private static void AssertAgrees(string name, Tensor reference, Tensor found)
    {
        var off = (found.to(float64) - reference).norm().item<double>() / reference.norm().item<double>();
        Assert.True(off < 5e-3, $"{name} is off by {off:E1} of its norm");
    }
}
