using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// Carries an exception of our own backward functions around torch's native frames, which no managed exception can cross: it would end
/// the process (SIGABRT), out of memory included. The pass then goes on without gradients, and is thrown from after its end. The functions
/// ask for no zeros in place of gradients that are missing: TorchSharp would make them before it calls us, where nothing is caught.
/// </summary>
internal static class BackwardGuard
{
    // For the whole process, since torch runs a GPU's backward functions on a thread of its own.
    private static ExceptionDispatchInfo? _first;

    /// <summary>What a backward function gives: its gradients, or none for each of its inputs when it, or one before it, failed.</summary>
    public static List<Tensor> Gradients(int inputs, Func<List<Tensor>> compute)
    {
        if (Volatile.Read(ref _first) is null)
        {
            try
            {
                return compute();
            }
            catch (Exception error)
            {
                Interlocked.CompareExchange(ref _first, ExceptionDispatchInfo.Capture(error), null);
            }
        }

        return [.. Enumerable.Repeat<Tensor>(null!, inputs)];
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

        Interlocked.Exchange(ref _first, null)?.Throw();
    }
}
