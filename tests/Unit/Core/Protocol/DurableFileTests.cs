using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Tests.Unit.Core.Protocol;

public sealed class DurableFileTests : IDisposable
{
    private const int NoProcess = int.MaxValue;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sbnn-durable-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Write_RemovesOnlyLeftoversOfTheSameFile_FromKilledProcesses()
    {
        Put($"table.md.{NoProcess}.tmp");
        Put($"table.csv.{NoProcess}.tmp");
        Put("table.md.note.tmp");
        Put($"table.md.{Environment.ProcessId}0.bak");

        DurableFile.Write(In("table.md"), static file => file.WriteByte(1));

        Assert.Equal(
            [$"table.csv.{NoProcess}.tmp", "table.md", $"table.md.{Environment.ProcessId}0.bak", "table.md.note.tmp"],
            Directory.EnumerateFiles(_folder.FullName).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Leftovers_ExcludeFiles_ThatLivingProcessesWrite()
    {
        Put($"mine.{Environment.ProcessId}.tmp");
        Put($"killed.{NoProcess}.tmp");

        // The process ID in the file's name belongs to no process here, as if a process on another machine were writing
        // to a shared folder. The file is kept, because it is locked.
        using (new FileStream(In($"elsewhere.{NoProcess}.tmp"), FileMode.Create, FileAccess.ReadWrite, FileShare.None))
            DurableFile.RemoveLeftovers(_folder.FullName);

        Assert.Equal(
            [$"elsewhere.{NoProcess}.tmp", $"mine.{Environment.ProcessId}.tmp"],
            Directory.EnumerateFiles(_folder.FullName).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Write_KeepsTheOldFile_WhenItFails()
    {
        DurableFile.Write(In("file"), static file => file.WriteByte(1));

        Assert.Throws<InvalidOperationException>(() =>
            DurableFile.Write(In("file"), static _ => throw new InvalidOperationException()));

        Assert.Equal([1], File.ReadAllBytes(In("file")));
        Assert.Single(Directory.EnumerateFiles(_folder.FullName));
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);

    private void Put(string name) => File.WriteAllText(In(name), "");
}
