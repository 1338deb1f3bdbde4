using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Silo.Trainers;

namespace Sbnn.Sweeps.Tests.Unit.Silo.Trainers;

public sealed class EventReaderTests : IDisposable
{
    private readonly string _file =
        Path.Combine(Directory.CreateTempSubdirectory("sbnn-events-").FullName, "events.ndjson");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    [Fact]
    public void ReadAfter_RepeatsEvents_UntilTheyAreAcknowledged()
    {
        var reader = new EventReader(_file);
        Assert.Empty(reader.ReadAfter(0));
        File.WriteAllText(_file, Line(1) + Line(2)[..20]);
        Assert.Equal([1], reader.ReadAfter(0).Select(static news => news.Sequence));
        File.WriteAllText(_file, Line(1) + Line(2));
        Assert.Equal([1, 2], reader.ReadAfter(0).Select(static news => news.Sequence));
        Assert.Equal([2], reader.ReadAfter(1).Select(static news => news.Sequence));
        Assert.Equal((2, null), (reader.Last!.Sequence, reader.Damage));
    }

    [Theory]
    [InlineData("rubbish\n", "the line is not an event: ")]
    [InlineData("\n", "the line is not an event: ")]
    [InlineData("{\"sequence\":3,\"at\":\"2026-01-01T00:00:00Z\"}\n", "the line is not an event: ")]
    [InlineData(
        "{\"$type\":\"epoch\",\"sequence\":3,\"at\":\"2026-01-01T00:00:00Z\",\"epoch\":null,\"seconds\":1,"
            + "\"imagesPerSecond\":1}\n",
        "the line is not an event: ")]
    [InlineData("null\n", "the line is null")]
    [InlineData("{\"$type\":\"finished\",\"sequence\":2,\"at\":\"2026-01-01T00:00:00Z\"}\n",
        "the event has the sequence number 2 (allowed: 3)")]
    [InlineData("{\"$type\":\"finished\",\"sequence\":4,\"at\":\"2026-01-01T00:00:00Z\"}\n",
        "the event has the sequence number 4 (allowed: 3)")]
    public void Damage_NamesTheOffset_AtWhichReadingStops(string damaged, string what)
    {
        var reader = new EventReader(_file);
        File.WriteAllText(_file, Line(1) + Line(2) + damaged + Line(3));

        Assert.Equal([1, 2], reader.ReadAfter(0).Select(static news => news.Sequence));
        Assert.StartsWith($"{_file}: damaged at byte {Line(1).Length + Line(2).Length}: {what}", reader.Damage,
            StringComparison.Ordinal);
        File.WriteAllText(_file, Line(1) + Line(2) + Line(3));
        Assert.Equal([2], reader.ReadAfter(1).Select(static news => news.Sequence));
        Assert.NotNull(reader.Damage);
    }

    [Fact]
    public void Damage_IsReported_WhenAnEpochContradictsItself()
    {
        File.WriteAllText(_file,
            Write(new EpochCompleted
            {
                Sequence = 1,
                At = default,
                Epoch = MadeUp.Epoch(0),
                Seconds = 1,
                ImagesPerSecond = 1
            }));
        var reader = new EventReader(_file);

        Assert.Empty(reader.ReadAfter(0));
        Assert.Equal($"{_file}: damaged at byte 0: epoch 0: epochs count from 1", reader.Damage);
    }

    [Fact]
    public void Damage_IsReported_WhenTheFileIsShortened()
    {
        var reader = new EventReader(_file);
        File.WriteAllText(_file, Line(1) + Line(2));
        reader.ReadNew();
        File.WriteAllText(_file, Line(1));

        Assert.Equal([1, 2], reader.ReadAfter(0).Select(static news => news.Sequence));
        Assert.Equal($"{_file}: shortened to {Line(1).Length} bytes after {Line(1).Length + Line(2).Length} had been "
            + "read", reader.Damage);
    }

    private static string Line(long sequence) =>
        Write(new CheckpointWritten { Sequence = sequence, At = default, Epoch = 1, Step = 0 });

    private static string Write(TrainerEvent news) => JsonSerializer.Serialize(news, SbnnJson.Options) + "\n";
}
