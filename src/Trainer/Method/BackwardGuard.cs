using System.Runtime.ExceptionServices;
using Sbnn.Sweeps.Trainer.Method.Fused;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// Runs our own backward functions so that their exceptions do not reach torch's native stack frames. There a managed
/// exception, even one for lack of memory, would end the process (SIGABRT). After an exception the backward pass
/// therefore continues without gradients, and the exception is thrown at its end. The functions do not request zeros
/// for missing gradients, because TorchSharp would allocate them before it calls our code, where no handler catches an
/// exception.
/// <para>
/// Each function has its own dispose scope, because torch runs a GPU's functions on a thread of its own, which has no
/// dispose scope. Without one, their tensors would stay in the GPU's memory until a garbage collection.
/// </para>
/// </summary>
internal static class BackwardGuard
{
    // The first exception of a backward pass. The field is static, because torch runs a GPU's backward functions on a
    // thread of its own.
    private static ExceptionDispatchInfo? _first;

    /// <inheritdoc cref="Gradients(int, IReadOnlyList{Tensor}?, Func{List{Tensor}})"/>
    public static List<Tensor> Gradients(int inputs, Tensor received, Func<List<Tensor>> compute) =>
        Gradients(inputs, [received], compute);

    /// <summary>
    /// Returns the gradients of a backward function. When this function or an earlier one failed, no input has a
    /// gradient.
    /// </summary>
    /// <param name="inputs">The number of inputs of the function's forward pass.</param>
    /// <param name="received">
    /// The gradients of the function's outputs. They are released, except those that are returned.
    /// </param>
    /// <param name="compute">Computes a gradient, or null, for each input.</param>
    public static List<Tensor> Gradients(int inputs, IReadOnlyList<Tensor>? received, Func<List<Tensor>> compute)
    {
        List<Tensor>? gradients = null;
        if (Volatile.Read(ref _first) is null)
        {
            try
            {
                using var scope = NewDisposeScope();
                gradients = compute();
                BackwardTensors.HandOver(scope, gradients);
            }
            catch (Exception error)
            {
                gradients = null;
                Interlocked.CompareExchange(ref _first, ExceptionDispatchInfo.Capture(error), null);
            }
        }

        foreach (var one in received ?? [])
        {
            if (gradients is null || !gradients.Exists(gradient => ReferenceEquals(gradient, one))) one?.Dispose();
        }

        return gradients ?? [.. Enumerable.Repeat<Tensor>(null!, inputs)];
    }

    /// <summary>Runs the backward pass. Throws the exception of torch or of one of our functions.</summary>
    public static void Run(Tensor loss)
    {
        try
        {
            loss.backward();
        }
        catch (Exception) when (Volatile.Read(ref _first) is not null)
        {
            // Torch failed because gradients were missing. The cause is the exception of our function, which is thrown
            // below.
        }
        finally
        {
            BackwardTensors.Release(ofAllThreads: loss.device_type != TorchSharp.DeviceType.CPU);
        }

        Interlocked.Exchange(ref _first, null)?.Throw();
    }
}
