using System.Text;
using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Tests.Chaos;

/// <summary>
/// A process that is, or is about to become, the trainer of an attempt. Such a process is found by its command line,
/// because it does not hold the attempt's lock at first.
/// </summary>
internal sealed record LiveTrainer(int Pid, AttemptFolder Folder)
{
    public bool HoldsLock => FileLock.IsHeld(Folder.Lock) && File.Exists(Folder.Process);

    /// <summary>Finds the trainers below some trials roots, ordered by folder.</summary>
    public static IReadOnlyList<LiveTrainer> Find(params IReadOnlyList<string> roots) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(static path => int.TryParse(Path.GetFileName(path), out var pid) ? pid : 0)
            .Where(static pid => pid > 0)
            .Select(pid => FolderOf(pid, roots) is { } folder ? new LiveTrainer(pid, new AttemptFolder(folder)) : null)
            .OfType<LiveTrainer>()
            .OrderBy(static trainer => trainer.Folder.Path, StringComparer.Ordinal)
                .ThenBy(static trainer => trainer.Pid),
    ];

    // The command lines of the trainer, and of the shell and setsid that become the trainer, contain the program
    // followed by the folder.
    private static string? FolderOf(int pid, IReadOnlyList<string> roots)
    {
        try
        {
            var arguments = Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{pid}/cmdline")).Split('\0');
            var program = Array.FindIndex(
                arguments, static argument => argument.EndsWith("/sbnn-trainer", StringComparison.Ordinal));
            var folder = program < 0 ? null : arguments.ElementAtOrDefault(program + 1);
            return folder is not null && roots.Any(root => folder.StartsWith(root + '/', StringComparison.Ordinal))
                ? folder : null;
        }
        catch (IOException)
        {
            return null; // The process has ended.
        }
        catch (UnauthorizedAccessException)
        {
            return null; // The process belongs to another user.
        }
    }
}
