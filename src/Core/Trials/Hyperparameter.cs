using System.Globalization;
using System.Text.Json.Nodes;

namespace Sbnn.Sweeps.Core.Trials;

/// <summary>
/// One named setting of a <see cref="TrialSpec"/>: its text in a spec, its allowed values, and its part of the trial's
/// identity. Specs, messages, canonical JSON and the editor's schema all use the list in <see cref="Hyperparameters"/>.
/// Values are boxed, and compared with <see cref="object.Equals(object?, object?)"/>.
/// </summary>
public sealed class Hyperparameter
{
    private readonly Func<TrialSpec, object?> _get;
    private readonly Func<TrialSpec, object?, TrialSpec> _set;
    private readonly TryRead _read;

    internal Hyperparameter(
        string name, string description, string allowed, HyperparameterType type,
        Func<TrialSpec, object?> get, Func<TrialSpec, object?, TrialSpec> set, TryRead read)
    {
        (Name, Description, Allowed, Type) = (name, description, allowed, type);
        (_get, _set, _read) = (get, set, read);
        Default = get(new TrialSpec());
    }

    internal delegate bool TryRead(string text, out object? value);

    /// <summary>The hyperparameter's name in specs and in canonical JSON, in kebab-case.</summary>
    public string Name { get; }

    /// <summary>One sentence for documentation and editors.</summary>
    public string Description { get; }

    /// <summary>A phrase that describes the allowed values: "a whole number from 1 to 1024".</summary>
    public string Allowed { get; }

    /// <summary>The kind of scalar, with its bounds, for the editor's schema.</summary>
    public HyperparameterType Type { get; }

    /// <summary>The default value. It never changes, because a trial's identity omits defaults.</summary>
    public object? Default { get; }

    /// <summary>
    /// True for a hyperparameter that locates data. The trial's identity contains the data's digest instead.
    /// </summary>
    public bool IsPlace { get; init; }

    /// <summary>
    /// True when the hyperparameter can change this trial's numbers. A trial's identity omits hyperparameters without
    /// effect.
    /// </summary>
    public Func<TrialSpec, bool> HasEffect { get; init; } = static _ => true;

    /// <summary>The hyperparameter's value in a trial.</summary>
    public object? Get(TrialSpec trial) => _get(trial);

    /// <summary>The trial with this hyperparameter set to a value from <see cref="TryParse"/>.</summary>
    public TrialSpec Set(TrialSpec trial, object? value) => _set(trial, value);

    /// <summary>
    /// Parses a value's text in a spec; false when the text is not of the hyperparameter's type, or out of its range.
    /// </summary>
    public bool TryParse(string text, out object? value) => _read(text, out value);

    /// <summary>The value's text in a spec.</summary>
    public string Format(object? value) => value switch
    {
        null => Type.NullWord ?? "none",
        bool flag => flag ? "true" : "false",
        Enum word => EnumWords.Of(word),
        decimal number => Normalise(number).ToString(CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    /// <summary>
    /// The value as canonical JSON: numbers in the shortest form that reads back exactly, enums as words.
    /// </summary>
    public JsonNode? ToJson(object? value) => value switch
    {
        null => null,
        bool flag => JsonValue.Create(flag),
        int number => JsonValue.Create(number),
        double number => JsonValue.Create(number),
        decimal number => JsonValue.Create(Normalise(number)),
        _ => JsonValue.Create(Format(value)),
    };

    // 95.0 and 95 are the same value, so they must have the same text.
    internal static decimal Normalise(decimal number) => number / 1.0000000000000000000000000000m;
}

/// <summary>A hyperparameter's scalar type and bounds, as an editor's schema needs them.</summary>
/// <param name="Kind">The kind of scalar.</param>
/// <param name="Minimum">The least number allowed, if any.</param>
/// <param name="Maximum">The greatest number allowed, if any.</param>
/// <param name="Words">The words allowed, for <see cref="HyperparameterKind.Word"/>.</param>
/// <param name="NullWord">The word that means "no value" (none, all), where the hyperparameter may have none.</param>
/// <param name="Pattern">The form of the text as a regular expression, for
/// <see cref="HyperparameterKind.Text"/>.</param>
public sealed record HyperparameterType(
    HyperparameterKind Kind, double? Minimum = null, double? Maximum = null, IReadOnlyList<string>? Words =
        null, string? NullWord = null, string? Pattern = null);

/// <summary>The scalar kinds a hyperparameter can have.</summary>
public enum HyperparameterKind
{
    /// <summary>A whole number.</summary>
    Integer = 0,

    /// <summary>A number.</summary>
    Number = 1,

    /// <summary>true or false.</summary>
    Boolean = 2,

    /// <summary>One of a list of words.</summary>
    Word = 3,

    /// <summary>Free text.</summary>
    Text = 4,
}
