namespace Sbnn.Sweeps.Tests.EndToEnd.Cluster;

/// <summary>Signals that only tests send.</summary>
internal static class Signals
{
    /// <summary>SIGSTOP: suspends the process until <see cref="Continue"/>.</summary>
    public const int Stop = 19;

    /// <summary>SIGUSR1: what SLURM sends before a job's time limit, where the job asks for it.</summary>
    public const int User1 = 10;

    /// <summary>SIGCONT: resumes a suspended process.</summary>
    public const int Continue = 18;
}
