using Dapper;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Ledger.Store;

/// <summary>Copies a ledger while other processes use it.</summary>
internal static class LedgerBackup
{
    /// <summary>
    /// Copies a snapshot of the ledger, even while another process writes the ledger. An error leaves no partial copy.
    /// </summary>
    /// <exception cref="BadInputException">The file exists already, or its folder does not exist.</exception>
    /// <exception cref="LedgerUnavailableException">The copy cannot be written now: the disk is full or
    /// fails.</exception>
    public static async Task WriteAsync(ReadConnections connections, string path)
    {
        if (File.Exists(path))
            throw new BadInputException($"file: {path} exists already; choose another file");
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
            throw new BadInputException($"{path}: the folder does not exist; create it first");
        if (!Posix.IsWritable(folder))
        {
            throw new BadInputException(
                $"{path}: the copy cannot be written: {folder} is not writable for {Environment.UserName}");
        }

        var unfinished = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            foreach (var killed in DurableFile.Leftovers(folder, Path.GetFileName(path)).ToList())
            {
                File.Delete($"{killed}-journal");
                File.Delete(killed);
            }

            File.Delete(unfinished); // A process on another machine may have used the same process id.
            await ReadConnections.OffThreadAsync(path, () =>
            {
                using var connection = connections.Open(out var readOnly);
                var copied = connection.Execute("VACUUM INTO @unfinished", new { unfinished });
                readOnly?.ThrowIfWritten();
                return copied;
            });
            using (var copied = File.Open(unfinished, FileMode.Open, FileAccess.ReadWrite))
                copied.Flush(flushToDisk: true);
            File.Move(unfinished, path, overwrite: false);
            DurableFile.SyncFolder(folder);
        }
        catch (Exception error) when (error is LedgerUnavailableException or IOException or UnauthorizedAccessException)
        {
            File.Delete(unfinished);
            File.Delete($"{unfinished}-journal");
            if (error is UnauthorizedAccessException)
                throw new BadInputException($"{path}: the copy cannot be written: {error.Message}", error);
            throw;
        }
    }
}
