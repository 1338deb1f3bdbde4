namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>Answers a spec's references to other files.</summary>
internal abstract class SpecReferences
{
    /// <summary>The text of the file of published figures that was read; null: none yet.</summary>
    public string? Published { get; private set; }

    /// <summary>Why there is no file of published figures at a path; null when there is one.</summary>
    public abstract string? FindFault(string path);

    /// <summary>
    /// Reads a file of published figures. Throws <see cref="BadInputException"/> with every mistake found.
    /// </summary>
    public PublishedTable ReadPublished(string path)
    {
        var (text, name) = Load(path);
        Published = text;
        return PublishedReader.Parse(text, name);
    }

    /// <summary>A file's text, and what messages call it.</summary>
    protected abstract (string Text, string Name) Load(string path);
}

/// <summary>The files below a spec's own folder.</summary>
internal sealed class FolderReferences(string folder) : SpecReferences
{
    public override string? FindFault(string path) =>
        File.Exists(Path.Combine(folder, path))
            ? null
            : $"{path}: no such file in the spec's folder{SpellingSuggestion.HintOfFile(path, folder)}";

    protected override (string Text, string Name) Load(string path) =>
        (YamlText.Load(Path.Combine(folder, path)), Path.Combine(folder, path));
}

/// <summary>What was sent with a spec: no path leads to a file here.</summary>
internal sealed class SubmittedReferences(string? published) : SpecReferences
{
    public override string? FindFault(string path) =>
        published is null ? $"{path}: its text was not sent with the spec" : null;

    protected override (string Text, string Name) Load(string path) => (published!, path);
}
