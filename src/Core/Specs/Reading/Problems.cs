namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>Collects the mistakes in one file, so that one message reports all of them.</summary>
/// <param name="file">The file's name as the user wrote it.</param>
internal sealed class Problems(string file)
{
    private const int MostShown = 40;

    private readonly List<(SpecMistake Mistake, string Text)> _found = [];
    private Problems? _later;

    /// <summary>
    /// Collects mistakes that do not prevent later checks: they are reported together with the first mistake that does,
    /// or by <see cref="ThrowIfAnyOrLater"/>.
    /// </summary>
    public Problems Later => _later ??= new Problems(file);

    /// <summary>Adds a mistake, as the text <c>file:line: path: what</c>.</summary>
    public void Add(int line, string path, string what) =>
        _found.Add((
            new SpecMistake(line, path.Length == 0 ? null : path, what),
            $"{file}:{line}: {(path.Length == 0 ? "" : path + ": ")}{what}"));

    /// <summary>Adds a mistake at a node.</summary>
    public void Add(YamlNode node, string what) => Add(node.Line, node.Path, what);

    /// <summary>Adds the mistakes of another file, which <paramref name="line"/> of this file refers to.</summary>
    public void AddFrom(int line, BadInputException other) =>
        _found.Add((new SpecMistake(line, Key: null, other.Message), other.Message));

    /// <summary>
    /// Throws a <see cref="BadInputException"/> with all mistakes, ordered by line, unless there are none that prevent
    /// later checks.
    /// </summary>
    public void ThrowIfAny()
    {
        if (_found.Count > 0) ThrowIfAnyOrLater();
    }

    /// <summary>Throws a <see cref="BadInputException"/> with all mistakes, unless there are none.</summary>
    public void ThrowIfAnyOrLater()
    {
        if (_found.Count + (_later?._found.Count ?? 0) == 0) return;
        var found = _found.Concat(_later?._found ?? []).OrderBy(static p => p.Mistake.Line)
            .DistinctBy(static p => p.Text).ToList();
        var texts = found.Select(static p => p.Text).ToList();
        if (texts.Count > MostShown)
            texts = [.. texts.Take(MostShown), $"{file}: … and {texts.Count - MostShown} more"];
        throw new BadInputException(string.Join('\n', texts))
        {
            Mistakes = [.. found.Take(MostShown).Select(static p => p.Mistake)],
        };
    }
}
