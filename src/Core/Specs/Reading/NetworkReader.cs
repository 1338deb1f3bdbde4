using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>
/// Reads <c>network:</c> of a quoted row in two steps: first its hyperparameters, then the network that they make of
/// the spec's <c>trial:</c>.
/// </summary>
internal sealed class NetworkReader
{
    private readonly Section _row;
    private readonly Dictionary<string, object?> _settings;

    private NetworkReader(Section row, YamlMap network)
    {
        _row = row;
        _settings = HyperparameterReader.Values(network, row.Problems, Architectures.Settings);
    }

    /// <summary>
    /// Reads the part that does not depend on <c>trial:</c>. Null without the key, and for a mistake, which is
    /// reported.
    /// </summary>
    public static NetworkReader? Read(Section row) =>
        row.Entry("network") is { } entry
        && row.MapOf(entry.Value,
            $"a map of {string.Join(", ", Architectures.Settings)}, such as {{model: xnor-resnet18, method: xnor-net}}")
            is { } network
            ? new NetworkReader(row, network)
            : null;

    /// <summary>
    /// The network. Hyperparameters that <c>network:</c> does not list are those of the trial. A network that cannot be
    /// counted is reported.
    /// </summary>
    public TrialSpec Resolve(TrialSpec trial)
    {
        var network = _settings.Aggregate(trial, static (t, v) => Hyperparameters.Get(v.Key).Set(t, v.Value))
            .Effective();
        if (!network.Model.IsForImageNet())
        {
            var counted = Enum.GetValues<ModelKind>().Where(static model => model.IsForImageNet())
                .Select(static model => EnumWords.Of(model));
            Add("model", $"{EnumWords.Of(network.Model)} cannot be counted without images, because its number of "
                + $"classes is unknown (allowed: {string.Join(", ", counted)})");
        }

        foreach (var (parameter, why) in Compatibility.Faults(network)) Add(parameter.Name, why);
        return network;
    }

    private void Add(string parameter, string why)
    {
        var path = $"{_row.Map.Path}.network.{parameter}";
        _row.Problems.Add(_row.Map.LineOf(path), path, why);
    }
}
