using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>Writes what trials of a shape take on a device, and how fast they are there.</summary>
internal sealed class ShapeRows(Statements statements)
{
    /// <summary>Keeps the greatest peak; true when this is it.</summary>
    public bool NotePeak(ShapePeak peak) => statements[
        """
        INSERT INTO shapes (shape, device, peak_mib) VALUES (?, ?, ?)
        ON CONFLICT (shape, device) DO UPDATE SET peak_mib = excluded.peak_mib
            WHERE peak_mib IS NULL OR peak_mib < excluded.peak_mib
        """].With(peak.Shape.Text).With(peak.Model).With(peak.PeakMiB).Run() == 1;

    /// <summary>
    /// An attempt ran out of memory: the peak of its shape on its GPU is a quarter more, if it is known.
    /// </summary>
    public void Raise(long trial, int attempt, int memoryMiB) => statements[
        """
        UPDATE shapes SET peak_mib = min(?, (peak_mib * 5 + 3) / 4)
        WHERE peak_mib IS NOT NULL AND (shape, device) = (
            SELECT t.shape, a.gpu_model FROM trials t JOIN attempts a ON a.trial = t.id
            WHERE t.id = ? AND a.attempt = ?)
        """].With(memoryMiB).With(trial).With(attempt).Run();

    /// <summary>How fast an attempt's epoch was; later ones weigh more. On a CPU the device is its class.</summary>
    public void NotePace(long trial, int attempt, double imagesPerSecond)
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
