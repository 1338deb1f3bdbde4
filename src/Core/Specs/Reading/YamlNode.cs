namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>A node of a YAML file, with its location for messages.</summary>
/// <param name="Path">The key path in messages, such as <c>axes[1].sparsity</c>; empty for the whole file.</param>
/// <param name="Line">The number of the node's line, from 1.</param>
internal abstract record YamlNode(string Path, int Line)
{
    /// <summary>The node's kind in messages, such as "a list".</summary>
    public abstract string Kind { get; }
}

/// <summary>A single value, quoted or not. It is kept as text; readers convert it to numbers.</summary>
internal sealed record YamlScalar(string Path, int Line, string Text, bool IsPlain) : YamlNode(Path, Line)
{
    /// <summary>True when the value is empty, or one of YAML's words for null.</summary>
    public bool IsNothing => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";

    public override string Kind => "a single value";
}

internal sealed record YamlList(string Path, int Line, IReadOnlyList<YamlNode> Items) : YamlNode(Path, Line)
{
    public override string Kind => "a list";
}

/// <summary>A map. It keeps duplicate keys, because the readers report them.</summary>
internal sealed record YamlMap(string Path, int Line, IReadOnlyList<YamlEntry> Entries) : YamlNode(Path, Line)
{
    public override string Kind => "a map";

    /// <summary>
    /// The line of a key path below this map. If the path does not exist, the line of its longest part that exists.
    /// </summary>
    public int LineOf(string path)
    {
        for (var part = path; part.Length > 0; part = part[..Math.Max(0, part.LastIndexOfAny(['.', '[']))])
        {
            if (Find(this, Line, part) is { } line) return line;
        }

        return Line;
    }

    private static int? Find(YamlNode node, int line, string path)
    {
        if (node.Path == path) return line;
        return node switch
        {
            YamlMap map => map.Entries.Select(e => Find(e.Value, e.Line, path))
                .FirstOrDefault(found => found is not null),
            YamlList list =>
                list.Items.Select(item => Find(item, item.Line, path)).FirstOrDefault(found => found is not null),
            _ => null,
        };
    }
}

/// <summary>A key with its value; the line is that of the key.</summary>
internal sealed record YamlEntry(string Key, int Line, YamlNode Value);
