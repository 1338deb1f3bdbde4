using System.Globalization;
using System.Text;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// Names every path of one attempt: <c>&lt;root&gt;/&lt;trial key&gt;/&lt;attempt&gt;/</c>. Trainer and node
/// communicate only through these files, so either of them may stop at any time.
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

    /// <summary>One <see cref="TrainerEvent"/> per line, appended by the trainer.</summary>
    public string Events => In("events.ndjson");

    /// <summary>The <see cref="TrialResult"/>; the trainer's last act is to rename it into place.</summary>
    public string Result => In("result.json");

    /// <summary>A file that the trainer keeps locked while it lives (<see cref="FileLock"/>).</summary>
    public string Lock => In("lock");

    /// <summary>
    /// Exists when the node has found that the attempt is over. The node writes it while it holds the lock, so a
    /// trainer that takes the lock later sees it and exits immediately.
    /// </summary>
    public string Closed => In("closed");

    /// <summary>A counter that the node raises. A trainer that sees it unchanged for the grace period exits.</summary>
    public string Lease => In("lease");

    /// <summary>The trainer's standard output.</summary>
    public string Stdout => In("stdout.log");

    /// <summary>The trainer's standard error.</summary>
    public string Stderr => In("stderr.log");

    /// <summary>The path of a log file that the trainer writes.</summary>
    public string LogOf(LogFile file) => file switch
    {
        LogFile.Stdout => Stdout,
        LogFile.Stderr => Stderr,
        LogFile.Events => Events,
        _ => throw new ArgumentOutOfRangeException(nameof(file), file, "unknown log file"),
    };

    /// <summary>The <see cref="ProcessMark"/>: which process to signal.</summary>
    public string Process => In("process.json");

    /// <summary>
    /// A checkpoint after <paramref name="step"/> steps of the epoch that follows <paramref name="epoch"/> finished
    /// epochs.
    /// </summary>
    public string Checkpoint(int epoch, int step) =>
        In(string.Create(CultureInfo.InvariantCulture, $"checkpoint-{epoch:D6}-{step:D8}.sbnn"));

    /// <summary>The existing checkpoints, the one with the most training first.</summary>
    public IReadOnlyList<string> Checkpoints() =>
        Directory.Exists(Path)
            ? [.. Directory.EnumerateFiles(Path, "checkpoint-*.sbnn").OrderDescending(StringComparer.Ordinal)]
            : [];

    /// <summary>This attempt's folder and those of the trial's other attempts beside it.</summary>
    public IReadOnlyList<AttemptFolder> AttemptsOfTrial() =>
        [.. Directory.EnumerateDirectories(System.IO.Path.GetDirectoryName(Path)!).Order(StringComparer.Ordinal)
            .Select(static attempt => new AttemptFolder(attempt))];

    /// <summary>
    /// The process to signal. Null when no trainer has started. Null as well when the mark was damaged from outside, or
    /// belongs to another folder of which this one is a copy: then nothing must be signalled, and the lock still shows
    /// whether a trainer lives.
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
    /// Removes what is not needed once the trial's result is committed: the checkpoints of all its attempts, and
    /// incomplete files that killed processes left.
    /// </summary>
    public void PruneTrial()
    {
        foreach (var attempt in AttemptsOfTrial())
        {
            foreach (var checkpoint in attempt.Checkpoints()) File.Delete(checkpoint);
            DurableFile.RemoveLeftovers(attempt.Path);
        }
    }

    /// <summary>
    /// Renews the lease. The file is overwritten in place with text of constant length, so this also works on a full
    /// disk.
    /// </summary>
    public void RenewLease()
    {
        using var lease = File.OpenHandle(Lease, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(
            lease, Encoding.ASCII.GetBytes(Environment.TickCount64.ToString("D19", CultureInfo.InvariantCulture)), 0);
    }

    /// <summary>
    /// A number that changes whenever the trainer has written an event or shown that it lives. Its value has no
    /// meaning.
    /// </summary>
    public long SignOfLife() =>
        unchecked((31 * File.GetLastWriteTimeUtc(Events).Ticks) + File.GetLastWriteTimeUtc(Lock).Ticks);

    /// <summary>Shows that the trainer lives when it has no event to write, or no room for one.</summary>
    public void ShowLife(TimeProvider time)
    {
        if (File.Exists(Lock)) File.SetLastWriteTimeUtc(Lock, time.GetUtcNow().UtcDateTime);
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
