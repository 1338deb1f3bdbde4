using System.Globalization;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// Writes files that are either complete or absent after a crash: temporary file, fsync, rename, fsync of the folder.
/// </summary>
public static class DurableFile
{
    /// <summary>The Unix permissions of a file with a secret: only its owner may read and write it.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>True when an error means that the disk is full, or this user's quota is used up.</summary>
    public static bool IsDiskFull(IOException error) => error.HResult is 28 or 122; // ENOSPC, EDQUOT

    /// <summary>
    /// Writes a file through <paramref name="write"/> and renames it into place. A crash before the rename leaves the
    /// old file and a temporary file, which the next write of the same file removes.
    /// </summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="write">Writes the contents to a stream.</param>
    /// <param name="isSecret">True when only the owner may read the file, even while it is written.</param>
    public static void Write(string path, Action<Stream> write, bool isSecret = false) => WriteAsync(
        path,
        stream =>
        {
            write(stream);
            return Task.CompletedTask;
        },
        isSecret).GetAwaiter().GetResult(); // This does not block, because the task is already completed.

    /// <summary>Like <see cref="Write"/>, but writes the contents asynchronously.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="write">Writes the contents to a stream.</param>
    /// <param name="isSecret">True when only the owner may read the file, even while it is written.</param>
    public static async Task WriteAsync(string path, Func<Stream, Task> write, bool isSecret = false)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        RemoveLeftovers(folder, Path.GetFileName(path));
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                BufferSize = 1 << 16
            };
            if (isSecret && !OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
            using var stream = new FileStream(temporary, options);
            await write(stream);
            stream.Flush(flushToDisk: true);
            File.Move(temporary, path, overwrite: true); // The open stream still locks the file.
        }
        catch
        {
            File.Delete(temporary); // Incomplete files must not fill a full disk.
            throw;
        }

        SyncFolder(folder);
    }

    /// <summary>
    /// The temporary files of killed processes in a folder, or those of one file in it. A temporary file counts as a
    /// leftover when no process of this machine has the id in the file's name, and no process on any machine that
    /// shares the folder holds the file's lock.
    /// </summary>
    public static IEnumerable<string> Leftovers(string folder, string file = "*") =>
        Directory.EnumerateFiles(folder, $"{file}.*.tmp").Where(static temporary =>
        int.TryParse(Path.GetExtension(Path.GetFileNameWithoutExtension(temporary)).AsSpan().TrimStart('.'),
            NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
        && !Directory.Exists($"/proc/{pid}") && !FileLock.IsHeld(temporary));

    /// <summary>Removes the files that <see cref="Leftovers"/> returns.</summary>
    public static void RemoveLeftovers(string folder, string file = "*") =>
        Leftovers(folder, file).ToList().ForEach(File.Delete);

    /// <summary>Writes a record as indented JSON with a final newline.</summary>
    public static void WriteJson<T>(string path, T value, bool isSecret = false) => Write(
        path,
        stream =>
        {
            JsonSerializer.Serialize(stream, value, SbnnJson.Indented);
            stream.WriteByte((byte)'\n');
        },
        isSecret);

    /// <summary>
    /// Reads a record. Throws <see cref="BadInputException"/> with the file's name when the file does not contain such
    /// a record.
    /// </summary>
    public static T ReadJson<T>(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize<T>(stream, SbnnJson.Options)
                ?? throw new JsonException("the file contains null");
        }
        catch (Exception error) when (error is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BadInputException($"{path}: cannot be read as {typeof(T).Name}: {error.Message}", error);
        }
    }

    /// <summary>Makes renames in a folder durable.</summary>
    public static void SyncFolder(string folder)
    {
        // A rename is durable only after an fsync of its folder. .NET cannot open folders, so the handle comes from
        // open(2).
        using SafeFileHandle? handle = OperatingSystem.IsLinux() ? Posix.OpenFolder(folder) : null;
        if (handle is { IsInvalid: false }) RandomAccess.FlushToDisk(handle);
    }
}
