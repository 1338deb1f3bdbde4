using System.Globalization;
using System.Text;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// Names every path of one attempt: <c>&lt;root&gt;/&lt;trial key&gt;/&lt;attempt&gt;/</c>. Trainer and node talk
/// through these files only, so either may die.
/// </summary>
public sealed class AttemptFolder(string path)
{
    /// <summary>The folder of one attempt (1, 2, …) of a trial below a node's trials root.</summary>
    public static AttemptFolder Of(string trialsRoot, TrialKey trial, int attempt) =>
        new(System.IO.Path.Combine(trialsRoot, trial.Hex, attempt.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The attempt's folder itself.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The <see cref="TrialAssignment"/>, written by the node before the trainer starts.</summary>
    public string Assignment => In("trial.json");

    /// <summary>One <see cref="TrainerEvent"/> a line, appended by the trainer.</summary>
    public string Events => In("events.ndjson");

    /// <summary>The <see cref="TrialResult"/>; renamed into place as the trainer's last act.</summary>
    public string Result => In("result.json");

    /// <summary>Locked by the trainer for life (<see cref="FileLock"/>): locked means alive.</summary>
    public string Lock => In("lock");

    /// <summary>
    /// There when the node has found the attempt over, written under the lock: a trainer that comes to the lock after
    /// that leaves at once.
    /// </summary>
    public string Closed => In("closed");

    /// <summary>A counter that the node raises; a trainer that sees it unchanged for the grace period leaves.</summary>
    public string Lease => In("lease");

    /// <summary>The trainer's standard output.</summary>
    public string Stdout => In("stdout.log");

    /// <summary>The trainer's standard error.</summary>
    public string Stderr => In("stderr.log");

    /// <summary>One of the files that its trainer writes for people.</summary>
    public string LogOf(LogFile file) => file switch
    {
        LogFile.Stdout => Stdout,
        LogFile.Stderr => Stderr,
        LogFile.Events => Events,
        _ => throw new ArgumentOutOfRangeException(nameof(file), file, "no such log"),
    };

    /// <summary>The <see cref="ProcessMark"/>: whom to signal.</summary>
    public string Process => In("process.json");

    /// <summary>
    /// A checkpoint after <paramref name="step"/> steps of the epoch that follows <paramref name="epoch"/> finished
    /// ones.
    /// </summary>
    public string Checkpoint(int epoch, int step) =>
        In(string.Create(CultureInfo.InvariantCulture, $"checkpoint-{epoch:D6}-{step:D8}.sbnn"));

    /// <summary>The checkpoints that are there, newest (furthest trained) first.</summary>
    public IReadOnlyList<string> Checkpoints() =>
        Directory.Exists(Path)
            ? [.. Directory.EnumerateFiles(Path, "checkpoint-*.sbnn").OrderDescending(StringComparer.Ordinal)]
            : [];

    /// <summary>This attempt's folder and those of the trial's other attempts beside it.</summary>
    public IReadOnlyList<AttemptFolder> AttemptsOfTrial() =>
        [.. Directory.EnumerateDirectories(System.IO.Path.GetDirectoryName(Path)!).Order(StringComparer.Ordinal)
            .Select(static attempt => new AttemptFolder(attempt))];

    /// <summary>
    /// Whom to signal. Null when nobody has begun, and when the mark was damaged from outside or is another folder's,
    /// of which this one is a copy: then nobody is to be signalled, and the lock still tells who lives.
    /// </summary>
    public ProcessMark? FindMark()
    {
        try
        {
            if (!File.Exists(Process)) return null;
            var mark = DurableFile.ReadJson<ProcessMark>(Process);
            return mark.Folder is null || mark.Folder == Posix.TruePathOf(Path) ? mark : null;
        }
        catch (BadInputException)
        {
            return null;
        }
    }

    /// <summary>
    /// Removes what serves nobody once the trial's result is committed: the checkpoints of all its attempts, and the
    /// halves of files that killed processes left.
    /// </summary>
    public void PruneTrial()
    {
        foreach (var attempt in AttemptsOfTrial())
        {
            foreach (var checkpoint in attempt.Checkpoints()) File.Delete(checkpoint);
            DurableFile.RemoveLeftovers(attempt.Path);
        }
    }

    /// <summary>Renews the lease. In place and always of one length: that finds room on a full disk too.</summary>
    public void RenewLease()
    {
        using var lease = File.OpenHandle(Lease, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(
            lease, Encoding.ASCII.GetBytes(Environment.TickCount64.ToString("D19", CultureInfo.InvariantCulture)), 0);
    }

    /// <summary>
    /// Another number whenever the trainer has written an event or shown that it lives; which one means nothing.
    /// </summary>
    public long SignOfLife() =>
        unchecked((31 * File.GetLastWriteTimeUtc(Events).Ticks) + File.GetLastWriteTimeUtc(Lock).Ticks);

    /// <summary>Shows that the trainer lives where it has no event to write, or no room for one.</summary>
    public void ShowLife(TimeProvider time)
    {
        if (File.Exists(Lock)) File.SetLastWriteTimeUtc(Lock, time.GetUtcNow().UtcDateTime);
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
