using System.Globalization;
using System.Text;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// Names every path of one attempt: <c>&lt;root&gt;/&lt;trial key&gt;/&lt;attempt&gt;/</c>. The trainer and the node
/// communicate only through these files, so either process may stop at any time without losing what the other wrote.
/// </summary>
public sealed class AttemptFolder(string path)
{
    /// <summary>The folder of an attempt (1, 2, …) of a trial, below a node's folder for trials.</summary>
    public static AttemptFolder Of(string trialsRoot, TrialKey trial, int attempt) =>
        new(System.IO.Path.Combine(trialsRoot, trial.Hex, attempt.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The path of the attempt's folder.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The <see cref="TrialAssignment"/>, written by the node before the trainer starts.</summary>
    public string Assignment => FileNamed("trial.json");

    /// <summary>One <see cref="TrainerEvent"/> per line, appended by the trainer.</summary>
    public string Events => FileNamed("events.ndjson");

    /// <summary>The <see cref="TrialResult"/>. Renaming it into place completes the training.</summary>
    public string Result => FileNamed("result.json");

    /// <summary>The <see cref="KeptWeights"/>; absent unless the assignment requests weights.</summary>
    public string Weights => FileNamed("weights.json");

    /// <summary>The weights after the reported epoch (<see cref="KeptWeights.Best"/>).</summary>
    public string BestWeights => FileNamed("best.safetensors");

    /// <summary>The weights after the last epoch.</summary>
    public string LastWeights => FileNamed("last.safetensors");

    /// <summary>A file that the trainer keeps locked as long as its process lives (<see cref="FileLock"/>).</summary>
    public string Lock => FileNamed("lock");

    /// <summary>
    /// A file that exists once the node has recorded the end of the attempt. The node writes it while it holds the
    /// lock, so a trainer that takes the lock later finds the file and exits immediately.
    /// </summary>
    public string Closed => FileNamed("closed");

    /// <summary>
    /// A counter that the node raises regularly. A trainer exits when the counter has not changed for the grace period.
    /// </summary>
    public string Lease => FileNamed("lease");

    /// <summary>The trainer's standard output.</summary>
    public string Stdout => FileNamed("stdout.log");

    /// <summary>The trainer's standard error.</summary>
    public string Stderr => FileNamed("stderr.log");

    /// <summary>The path of a log file that the trainer writes.</summary>
    public string LogOf(LogFile file) => file switch
    {
        LogFile.Stdout => Stdout,
        LogFile.Stderr => Stderr,
        LogFile.Events => Events,
        _ => throw new ArgumentOutOfRangeException(nameof(file), file, "unknown log file"),
    };

    /// <summary>
    /// The <see cref="ProcessMark"/> of the trainer's process, with which the node can signal the process.
    /// </summary>
    public string Process => FileNamed("process.json");

    /// <summary>
    /// The path of the checkpoint after <paramref name="step"/> steps of the epoch that follows <paramref
    /// name="epoch"/> finished epochs.
    /// </summary>
    public string Checkpoint(int epoch, int step) =>
        FileNamed(string.Create(CultureInfo.InvariantCulture, $"checkpoint-{epoch:D6}-{step:D8}.sbnn"));

    /// <summary>The existing checkpoints, ordered by their progress, the furthest first.</summary>
    public IReadOnlyList<string> Checkpoints() =>
        Directory.Exists(Path)
            ? [.. Directory.EnumerateFiles(Path, "checkpoint-*.sbnn").OrderDescending(StringComparer.Ordinal)]
            : [];

    /// <summary>The folders of all attempts of this trial, this attempt's included.</summary>
    public IReadOnlyList<AttemptFolder> AttemptsOfTrial() =>
        [.. Directory.EnumerateDirectories(System.IO.Path.GetDirectoryName(Path)!).Order(StringComparer.Ordinal)
            .Select(static attempt => new AttemptFolder(attempt))];

    /// <summary>
    /// The mark with which the trainer's process can be signalled. Null when no trainer has started, when the file is
    /// damaged, or when this folder is a copy of the folder for which the process was started. In the last two cases no
    /// process may be signalled; the lock still shows whether a trainer lives.
    /// </summary>
    public ProcessMark? FindMark()
    {
        try
        {
            if (!File.Exists(Process)) return null;
            var mark = DurableFile.ReadJson<ProcessMark>(Process);
            return mark.Folder is null || mark.Folder == Posix.RealPathOf(Path) ? mark : null;
        }
        catch (BadInputException)
        {
            return null;
        }
    }

    /// <summary>
    /// Removes the files that are not needed once the trial's result is committed: the checkpoints of all its attempts,
    /// the weights of attempts without a result, and incomplete files of killed processes.
    /// </summary>
    public void PruneTrial()
    {
        foreach (var attempt in AttemptsOfTrial())
        {
            foreach (var checkpoint in attempt.Checkpoints()) File.Delete(checkpoint);
            if (!File.Exists(attempt.Result))
                foreach (var unused in (string[])[attempt.BestWeights, attempt.LastWeights, attempt.Weights])
                    File.Delete(unused);
            DurableFile.RemoveLeftovers(attempt.Path);
        }
    }

    /// <summary>
    /// Renews the lease. The file is overwritten in place with text of constant length, so the renewal also works on a
    /// full disk.
    /// </summary>
    public void RenewLease()
    {
        using var lease = File.OpenHandle(Lease, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(
            lease, Encoding.ASCII.GetBytes(Environment.TickCount64.ToString("D19", CultureInfo.InvariantCulture)), 0);
    }

    /// <summary>
    /// A number that changes whenever the trainer writes an event or calls <see cref="ShowLife"/>. Callers may only
    /// compare it with an earlier one.
    /// </summary>
    public long SignOfLife() =>
        unchecked((31 * File.GetLastWriteTimeUtc(Events).Ticks) + File.GetLastWriteTimeUtc(Lock).Ticks);

    /// <summary>
    /// Shows the node that the trainer still works, when the trainer has no event to write or the disk is full.
    /// </summary>
    public void ShowLife(TimeProvider time)
    {
        if (File.Exists(Lock)) File.SetLastWriteTimeUtc(Lock, time.GetUtcNow().UtcDateTime);
    }

    private string FileNamed(string name) => System.IO.Path.Combine(Path, name);
}
