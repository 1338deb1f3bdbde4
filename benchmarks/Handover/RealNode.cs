using System.Globalization;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Benchmarks.Handover;

/// <summary>A node of a <see cref="RealCluster"/>: its <c>sbnn</c>, and the trainers that outlive it.</summary>
/// <param name="name">Its name.</param>
/// <param name="trials">Where its trainers have their folders.</param>
/// <param name="start">Starts its <c>sbnn</c>.</param>
internal sealed class RealNode(string name, string trials, Func<RunningSbnn> start)
{
    private RunningSbnn _sbnn = start();

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>True while it trains something.</summary>
    public bool IsTraining => Trainers().Any();

    /// <summary>Asks it to leave.</summary>
    public void Terminate() => _sbnn.Signal(Posix.SigTerm);

    /// <summary>Kills it with all that it trains.</summary>
    public void KillAll()
    {
        Kill();
        foreach (var mark in Trainers().ToList()) Posix.SignalGroup(mark.Pid, Posix.SigKill);
    }

    /// <summary>Kills it, and nothing that it trains.</summary>
    public void Kill() => _sbnn.Signal(Posix.SigKill);

    /// <summary>Starts it again once it has ended.</summary>
    public async Task RestartAsync()
    {
        await _sbnn.WaitAsync();
        _sbnn = start();
    }

    /// <summary>True once a trainer of a trial's attempt has begun here.</summary>
    public bool HasBegun(string trial, int attempt) => File.Exists(FolderOf(trial, attempt).Process);

    /// <summary>The trials of which something lies here, with the number of their last attempt here.</summary>
    public IEnumerable<(string Trial, int Attempt)> Attempts() =>
        from trial in Below(trials)
        let attempts = Below(trial)
            .Select(static attempt => int.Parse(Path.GetFileName(attempt), CultureInfo.InvariantCulture))
        where attempts.Any()
        select (Path.GetFileName(trial), attempts.Max());

    /// <summary>True when a trial's attempt has written a checkpoint here.</summary>
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
