using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Method.Fused;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

/// <summary>
/// Compares the fused passes on float32 and bfloat16 with the plain composition in float64, on sizes that take more
/// than one chunk and thread and do not fill the last vector. A rounding may move a single value across a threshold,
/// so norms are compared.
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
    public void NormSign_EqualsTheComposition(int batch, int channels, int size, ScalarType type)
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
        Agrees("signs", plain, fused);
        Agrees("gradient of y", plainInput.grad!, fusedInput.grad!);
        NormsAgree(exact, single);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void NormAdd_EqualsTheComposition(int batch, int channels, int size, ScalarType type)
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
        Agrees("x", plain, fused);
        Agrees("gradient of y", plainY.grad!, fusedY.grad!);
        Agrees("gradient of the shortcut", plainShortcut.grad!, fusedShortcut.grad!);
        NormsAgree(exact, single);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void NormAlone_EqualsTorchs(int batch, int channels, int size, ScalarType type)
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
        Agrees("x", plain, fused);
        Agrees("gradient of y", plainY.grad!, fusedY.grad!);
        NormsAgree(exact, single);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void ShiftedSign_EqualsTheComposition(int batch, int channels, int size, ScalarType type)
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
        Agrees("signs", plain, fused);
        Agrees("gradient of x", plainX.grad!, fusedX.grad!);
        Agrees("gradient of the bias", plainBias.grad!, fusedBias.grad!);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void NormActivate_EqualsTheComposition(int batch, int channels, int size, ScalarType type)
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
        Agrees("x", plain, fused);
        Agrees("signs", signs, fusedSigns);
        Agrees("gradient of y", plainY.grad!, fusedY.grad!);
        for (var i = 0; i < values.Length; i++) Agrees($"gradient {i}", plainInputs[i].grad!, fusedInputs[i].grad!);
        NormsAgree(exact, single);
    }

    [Fact]
    public void NormActivate_GivesTheSameSums_ForAnyNumberOfThreads()
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

    private static void NormsAgree(BatchNorm2d exact, BatchNorm2d single)
    {
        Agrees("gradient of gamma", exact.weight!.grad!, single.weight!.grad!);
        Agrees("gradient of beta", exact.bias!.grad!, single.bias!.grad!);
        Agrees("running mean", exact.running_mean!, single.running_mean!);
        Agrees("running variance", exact.running_var!, single.running_var!);
    }

    private static void Agrees(string name, Tensor reference, Tensor found)
    {
        var off = (found.to(float64) - reference).norm().item<double>() / reference.norm().item<double>();
        Assert.True(off < 5e-3, $"{name} is off by {off:E1} of its norm");
    }
}
