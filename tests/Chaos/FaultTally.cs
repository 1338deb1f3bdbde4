using System.Globalization;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Tests.Chaos;

/// <summary>Counts the injected faults, the killed processes, the attempts' endings and the repeated epochs.</summary>
internal sealed class FaultTally
{
    private readonly SortedDictionary<Fault, int> _faults = [];
    private readonly SortedDictionary<string, int> _endings = new(StringComparer.Ordinal);
    private readonly SortedDictionary<FaultTarget, int> _hits = [];
    private int _epochs;
    private int _epochsTrained;

    public int Kills => _hits.Values.Sum();

    public string Summary
    {
        get
        {
            var hits = _hits.Select(static hit =>
                Wording.Count(hit.Value, hit.Key.ToString().ToLowerInvariant()));
            return string.Create(CultureInfo.InvariantCulture, $"{Kills} kills ({string.Join(", ", hits)})");
        }
    }

    public void CountFault(Fault fault) => _faults[fault] = _faults.GetValueOrDefault(fault) + 1;

    public void CountKill(FaultTarget target) => _hits[target] = _hits.GetValueOrDefault(target) + 1;

    public void CountEnding(string ending) => _endings[ending] = _endings.GetValueOrDefault(ending) + 1;

    /// <summary>Records the number of a trial's epochs, and the number that all its attempts trained.</summary>
    public void CountEpochs(int epochs, int trained) =>
        (_epochs, _epochsTrained) = (_epochs + epochs, _epochsTrained + trained);

    public void WriteTo(TextWriter to)
    {
        foreach (var (fault, count) in _faults) to.WriteLine($"{fault,-22} {count,4}");
        to.WriteLine($"attempts ended: {string.Join(", ", _endings.Select(static e => $"{e.Key} {e.Value}"))}");
        to.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{_epochsTrained - _epochs} epochs were repeated, in addition to {_epochs} "
                + $"({100.0 * (_epochsTrained - _epochs) / Math.Max(1, _epochs):0.#} %)"));
    }
}
