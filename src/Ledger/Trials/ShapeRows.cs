using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>Records the memory and speed of trial shapes on devices.</summary>
internal sealed class ShapeRows(Statements statements)
{
    /// <summary>Records a peak unless a larger or equal one is recorded; returns true when it was recorded.</summary>
    public bool RecordPeak(ShapePeak peak) => statements[
        """
        INSERT INTO shapes (shape, device, peak_mib) VALUES (?, ?, ?)
        ON CONFLICT (shape, device) DO UPDATE SET peak_mib = excluded.peak_mib
            WHERE peak_mib IS NULL OR peak_mib < excluded.peak_mib
        """].With(peak.Shape.Text).With(peak.Model).With(peak.PeakMiB).Run() == 1;

    /// <summary>
    /// Called when an attempt ran out of memory: increases the peak of its shape on its GPU model by a quarter, up to
    /// <paramref name="memoryMiB"/>, if a peak is recorded.
    /// </summary>
    public void Raise(long trial, int attempt, int memoryMiB) => statements[
        """
        UPDATE shapes SET peak_mib = min(?, (peak_mib * 5 + 3) / 4)
        WHERE peak_mib IS NOT NULL AND (shape, device) = (
            SELECT t.shape, a.gpu_model FROM trials t JOIN attempts a ON a.trial = t.id
            WHERE t.id = ? AND a.attempt = ?)
        """].With(memoryMiB).With(trial).With(attempt).Run();

    /// <summary>
    /// Records the speed of an epoch in a moving average, so that later epochs have more weight. For a CPU, the device
    /// is its device class.
    /// </summary>
    public void RecordPace(long trial, int attempt, double imagesPerSecond)
    {
        if (!(imagesPerSecond > 0) || double.IsInfinity(imagesPerSecond)) return;
        statements[
            """
            INSERT INTO shapes (shape, device, images_per_second)
                SELECT t.shape, coalesce(a.gpu_model, a.device_class), ?
                FROM trials t JOIN attempts a ON a.trial = t.id
                WHERE t.id = ? AND a.attempt = ? AND coalesce(a.gpu_model, a.device_class) IS NOT NULL
            ON CONFLICT (shape, device) DO UPDATE SET images_per_second =
                (3 * coalesce(images_per_second, excluded.images_per_second) + excluded.images_per_second) / 4
            """].With(imagesPerSecond).With(trial).With(attempt).Run();
    }
}
