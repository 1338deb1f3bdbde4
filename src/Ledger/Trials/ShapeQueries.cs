using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>Reads the measured memory and speed of trial shapes.</summary>
internal static class ShapeQueries
{
    /// <summary>The peak GPU memory of each shape on each GPU model where it has been measured.</summary>
    public static IReadOnlyList<ShapePeak> ReadPeaks(SqliteConnection connection) =>
        [.. Read(connection, "peak_mib IS NOT NULL", parameters: null)];

    /// <summary>The peak GPU memory of a shape on a GPU model; null when it has not been measured.</summary>
    public static ShapePeak? FindPeak(SqliteConnection connection, TrialShape shape, string device) =>
        Read(connection, "shape = @Text AND device = @device AND peak_mib IS NOT NULL", new { shape.Text, device })
            .SingleOrDefault();

    /// <summary>
    /// The training speed of each shape, in images per second: the mean over the given GPU models, or over CPUs when
    /// <paramref name="gpuModels"/> is null.
    /// </summary>
    public static IReadOnlyDictionary<TrialShape, double> ReadPaces(
        SqliteConnection connection, IReadOnlyCollection<string>? gpuModels) =>
        connection.Query<(string Shape, double Pace)>(
            """
            SELECT shape, avg(images_per_second) FROM shapes
            WHERE images_per_second IS NOT NULL AND iif(@models IS NULL,
                device NOT IN (SELECT gpu_model FROM attempts WHERE gpu_model IS NOT NULL),
                device IN (SELECT value FROM json_each(@models)))
            GROUP BY shape
            """,
            new { models = gpuModels is null ? null : JsonSerializer.Serialize(gpuModels) })
            .ToDictionary(static row => new TrialShape(row.Shape), static row => row.Pace);

    private static IEnumerable<ShapePeak> Read(SqliteConnection connection, string condition, object? parameters) =>
        connection.Query<(string Shape, string Device, int Peak)>(
            $"SELECT shape, device, peak_mib FROM shapes WHERE {condition} ORDER BY shape, device", parameters)
            .Select(static row => new ShapePeak(new TrialShape(row.Shape), row.Device, row.Peak));
}
