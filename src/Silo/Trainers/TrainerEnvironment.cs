using System.Diagnostics;
using System.Globalization;
using Sbnn.Sweeps.Silo.Devices;

namespace Sbnn.Sweeps.Silo.Trainers;

/// <summary>Sets the environment variables on which a trainer's numbers depend.</summary>
internal static class TrainerEnvironment
{
    /// <summary>Sets the variables for a trainer process that is about to start.</summary>
    /// <param name="start">The process.</param>
    /// <param name="threads">The number of torch's threads.</param>
    /// <param name="gpu">The UUID of the trainer's GPU; null: the CPU.</param>
    public static void Prepare(ProcessStartInfo start, int threads, string? gpu)
    {
        start.Environment["OMP_NUM_THREADS"] = threads.ToString(CultureInfo.InvariantCulture);

        // The trainer sees one GPU or none, so that it cannot use another trainer's GPU.
        start.Environment[VisibleDevices.Variable] = gpu ?? "";

        // These variables could reduce the number of threads, and the trainer would wait forever for the missing
        // threads.
        foreach (var name in (string[])["OMP_THREAD_LIMIT", "OMP_DYNAMIC"]) start.Environment.Remove(name);
    }
}
