using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Tests.Unit.Core.Protocol;

public sealed class DurableFileTests : IDisposable
{
    private const int NoProcess = int.MaxValue;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sbnn-durable-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_next_write_of_a_file_removes_what_a_killed_process_left_of_it_and_nothing_else()
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
    public void What_a_living_process_writes_is_no_leftover_here_or_elsewhere()
    {
        Put($"mine.{Environment.ProcessId}.tmp");
        Put($"killed.{NoProcess}.tmp");

        // Its process id says nothing here, as that of another machine or container on a shared folder; its lock does.
        using (new FileStream(In($"elsewhere.{NoProcess}.tmp"), FileMode.Create, FileAccess.ReadWrite, FileShare.None))
            DurableFile.RemoveLeftovers(_folder.FullName);

        Assert.Equal(
            [$"elsewhere.{NoProcess}.tmp", $"mine.{Environment.ProcessId}.tmp"],
            Directory.EnumerateFiles(_folder.FullName).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_write_that_fails_leaves_the_old_file_and_no_half()
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
