namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>Collects the mistakes in one file, so that one message reports all of them.</summary>
/// <param name="file">The file's name as the user wrote it.</param>
internal sealed class Problems(string file)
{
    private const int MostShown = 40;

    private readonly List<(int Line, string Text)> _found = [];
    private Problems? _later;

    /// <summary>
    /// Collects mistakes that do not prevent later checks: they are reported together with the first mistake that does,
    /// or by <see cref="ThrowIfAnyOrLater"/>.
    /// </summary>
    public Problems Later => _later ??= new Problems(file);

    /// <summary>Adds a mistake, as the text <c>file:line: path: what</c>.</summary>
    public void Add(int line, string path, string what) =>
        _found.Add((line, $"{file}:{line}: {(path.Length == 0 ? "" : path + ": ")}{what}"));

    /// <summary>Adds a mistake at a node.</summary>
    public void Add(YamlNode node, string what) => Add(node.Line, node.Path, what);

    /// <summary>Adds the mistakes of another file, which <paramref name="line"/> of this file refers to.</summary>
    public void AddFrom(int line, BadInputException other) => _found.Add((line, other.Message));

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
        List<(int Line, string Text)> found = [.. _found, .. _later?._found ?? []];
        if (found.Count == 0) return;
        var texts = found.OrderBy(p => p.Line).Select(p => p.Text).Distinct().ToList();
        if (texts.Count > MostShown)
            texts = [.. texts.Take(MostShown), $"{file}: … and {texts.Count - MostShown} more"];
        throw new BadInputException(string.Join('\n', texts));
    }
}
