namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>Reads the files to which a spec refers.</summary>
internal abstract class SpecReferences
{
    /// <summary>The text of the file of published values; null until it is read.</summary>
    public string? Published { get; private set; }

    /// <summary>The reason why a path does not lead to a file of published values; null when it does.</summary>
    public abstract string? FindFault(string path);

    /// <summary>
    /// Reads a file of published values. Throws <see cref="BadInputException"/> with every mistake found.
    /// </summary>
    public PublishedTable ReadPublished(string path)
    {
        var (text, name) = Load(path);
        Published = text;
        return PublishedReader.Parse(text, name);
    }

    /// <summary>Reads a file's text, and returns its name in messages.</summary>
    protected abstract (string Text, string Name) Load(string path);
}

/// <summary>Reads referenced files below the spec's folder.</summary>
internal sealed class FolderReferences(string folder) : SpecReferences
{
    public override string? FindFault(string path) =>
        File.Exists(Path.Combine(folder, path))
            ? null
            : $"{path}: no such file in the spec's folder{SpellingSuggestion.HintOfFile(path, folder)}";

    protected override (string Text, string Name) Load(string path) =>
        (YamlText.Load(Path.Combine(folder, path)), Path.Combine(folder, path));
}

/// <summary>Returns the text that was sent with a spec, and never reads a file of this machine.</summary>
internal sealed class SubmittedReferences(string? published) : SpecReferences
{
    public override string? FindFault(string path) =>
        published is null ? $"{path}: the text of this file was not sent with the spec" : null;

    protected override (string Text, string Name) Load(string path) => (published!, path);
}
