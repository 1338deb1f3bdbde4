using System.Runtime.ExceptionServices;
using Sbnn.Sweeps.Trainer.Method.Fused;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// Runs our own backward functions and carries their exceptions around torch's native frames. A managed exception that
/// reaches these frames ends the process (SIGABRT), also when it only means out of memory. The pass therefore continues
/// without gradients, and the exception is thrown after its end. The functions do not request zeros for missing
/// gradients, because TorchSharp would allocate them before it calls us, where nothing catches an exception.
/// <para>
/// Each function has its own dispose scope, because torch runs a GPU's functions on its own thread, which has none:
/// tensors left there would stay in the GPU's memory until a garbage collection.
/// </para>
/// </summary>
internal static class BackwardGuard
{
    // Shared by the whole process, because torch runs a GPU's backward functions on its own thread.
    private static ExceptionDispatchInfo? _first;

    /// <inheritdoc cref="Gradients(int, IReadOnlyList{Tensor}?, Func{List{Tensor}})"/>
    public static List<Tensor> Gradients(int inputs, Tensor received, Func<List<Tensor>> compute) =>
        Gradients(inputs, [received], compute);

    /// <summary>
    /// Returns a backward function's gradients; no gradient for any input when this function, or one before it, failed.
    /// </summary>
    /// <param name="inputs">The number of inputs of the function's forward pass.</param>
    /// <param name="received">The gradients of its outputs; released unless they are passed on.</param>
    /// <param name="compute">Returns a gradient, or null, for each input.</param>
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

    /// <summary>Runs the backward pass, and throws what torch or one of our functions threw.</summary>
    public static void Run(Tensor loss)
    {
        try
        {
            loss.backward();
        }
        catch (Exception) when (Volatile.Read(ref _first) is not null)
        {
            // Torch failed because gradients were missing; the cause is thrown below.
        }
        finally
        {
            BackwardTensors.Release(ofAllThreads: loss.device_type != TorchSharp.DeviceType.CPU);
        }

        Interlocked.Exchange(ref _first, null)?.Throw();
    }
}
