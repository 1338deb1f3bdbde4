using System.Globalization;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Benchmarks.Handover;

/// <summary>A node of a <see cref="RealCluster"/>: its <c>sbnn</c> process, and the trainers that outlive it.</summary>
/// <param name="name">The node's name.</param>
/// <param name="trials">The folder of the attempt folders of the node's trainers.</param>
/// <param name="start">Starts the node's <c>sbnn</c> process.</param>
internal sealed class RealNode(string name, string trials, Func<RunningSbnn> start)
{
    private RunningSbnn _sbnn = start();

    /// <summary>The node's name.</summary>
    public string Name => name;

    /// <summary>True while the node has a running trainer.</summary>
    public bool IsTraining => Trainers().Any();

    /// <summary>Sends SIGTERM to the node, so that it leaves the cluster.</summary>
    public void Terminate() => _sbnn.Signal(Posix.SigTerm);

    /// <summary>Kills the node and its trainers.</summary>
    public void KillAll()
    {
        Kill();
        foreach (var mark in Trainers().ToList()) Posix.SignalGroup(mark.Pid, Posix.SigKill);
    }

    /// <summary>Kills the node, but not its trainers.</summary>
    public void Kill() => _sbnn.Signal(Posix.SigKill);

    /// <summary>Waits until the node's process has ended, and starts a new one.</summary>
    public async Task RestartAsync()
    {
        await _sbnn.WaitAsync();
        _sbnn = start();
    }

    /// <summary>True once a trainer of a trial's attempt has begun on this node.</summary>
    public bool HasBegun(string trial, int attempt) => File.Exists(FolderOf(trial, attempt).Process);

    /// <summary>
    /// The trials that have an attempt folder on this node, each with the number of its last attempt.
    /// </summary>
    public IEnumerable<(string Trial, int Attempt)> Attempts() =>
        from trial in Below(trials)
        let attempts = Below(trial)
            .Select(static attempt => int.Parse(Path.GetFileName(attempt), CultureInfo.InvariantCulture))
        where attempts.Any()
        select (Path.GetFileName(trial), attempts.Max());

    /// <summary>True when a trial's attempt has written a checkpoint on this node.</summary>
    public bool HasCheckpoint(string trial, int attempt) => FolderOf(trial, attempt).Checkpoints().Count > 0;

    private AttemptFolder FolderOf(string trial, int attempt) =>
        new(Path.Combine(trials, trial, attempt.ToString(CultureInfo.InvariantCulture)));

    private IEnumerable<ProcessMark> Trainers() =>
        from found in Attempts()
        let folder = FolderOf(found.Trial, found.Attempt)
        where FileLock.IsHeld(folder.Lock)
        let mark = folder.FindMark()
        where mark?.IsAlive() == true
        select mark;

    private static IEnumerable<string> Below(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateDirectories(folder) : [];
}
