using System.Runtime.ExceptionServices;
using Sbnn.Sweeps.Trainer.Method.Fused;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// Runs our own backward functions. It carries their exceptions around torch's native frames, which no managed
/// exception can cross: it would end the process (SIGABRT), out of memory included. The pass then goes on without
/// gradients, and is thrown from after its end. The functions ask for no zeros in place of gradients that are missing:
/// TorchSharp would make them before it calls us, where nothing is caught.
/// <para>
/// Each function has a dispose scope of its own, because torch runs a GPU's functions on a thread of its own, where
/// there is none: what they leave there would stay in the GPU's memory until a collection.
/// </para>
/// </summary>
internal static class BackwardGuard
{
    // For the whole process, since torch runs a GPU's backward functions on a thread of its own.
    private static ExceptionDispatchInfo? _first;

    /// <inheritdoc cref="Gradients(int, IReadOnlyList{Tensor}?, Func{List{Tensor}})"/>
    public static List<Tensor> Gradients(int inputs, Tensor received, Func<List<Tensor>> compute) =>
        Gradients(inputs, [received], compute);

    /// <summary>
    /// What a backward function gives: its gradients, or none for each of its inputs when it, or one before it, failed.
    /// </summary>
    /// <param name="inputs">How many inputs the function's forward pass had.</param>
    /// <param name="received">The gradients of its outputs; released, unless they are handed on.</param>
    /// <param name="compute">Gives a gradient, or null, for each input.</param>
    public static List<Tensor> Gradients(int inputs, IReadOnlyList<Tensor>? received, Func<List<Tensor>> compute)
    {
        List<Tensor>? gradients = null;
        if (Volatile.Read(ref _first) is null)
        {
            try
            {
                using var scope = NewDisposeScope();
                gradients = compute();
                BackwardTensors.Hand(scope, gradients);
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

    /// <summary>Runs the backward pass; throws what torch or one of our functions threw.</summary>
    public static void Run(Tensor loss)
    {
        try
        {
            loss.backward();
        }
        catch (Exception) when (Volatile.Read(ref _first) is not null)
        {
            // What torch made of the missing gradients: the cause is thrown below.
        }
        finally
        {
            BackwardTensors.Release(ofAllThreads: loss.device_type != TorchSharp.DeviceType.CPU);
        }

        Interlocked.Exchange(ref _first, null)?.Throw();
    }
}
