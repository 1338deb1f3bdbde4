using System.Globalization;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Tests.Chaos;

/// <summary>Counts the injected faults and what they cost.</summary>
internal sealed class FaultTally
{
    private readonly SortedDictionary<Fault, int> _faults = [];
    private readonly SortedDictionary<string, int> _endings = new(StringComparer.Ordinal);
    private readonly SortedDictionary<Victim, int> _hits = [];
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

    public void Injected(Fault fault) => _faults[fault] = _faults.GetValueOrDefault(fault) + 1;

    public void Hit(Victim victim) => _hits[victim] = _hits.GetValueOrDefault(victim) + 1;

    public void Ended(string ending) => _endings[ending] = _endings.GetValueOrDefault(ending) + 1;

    /// <summary>Records the epochs that a trial needed, and those that its attempts completed.</summary>
    public void Trained(int epochs, int trained) =>
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
