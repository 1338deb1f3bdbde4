using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>
/// Turns YAML text into <see cref="YamlNode"/>s with lines and key paths. It accepts only what a spec needs: one
/// document of maps, lists and scalars. Anchors, aliases and tags are refused, so that every value is written where it
/// is used.
/// </summary>
internal sealed class YamlText
{
    private const int Deepest = 50;

    private readonly Problems _problems;
    private readonly Parser _parser;
    private readonly Stack<(char Bracket, int Line)> _open = new();

    private YamlText(string text, Problems problems)
    {
        _problems = problems;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>
    /// Loads the text of a file that a user named, or of standard input. Throws <see cref="BadInputException"/> when
    /// the text cannot be read.
    /// </summary>
    public static string Load(string path)
    {
        var name = SpecFile.NameOf(path);
        try
        {
            if (path != SpecFile.StandardInput) RequireFile(path);
            using var stream = path == SpecFile.StandardInput
                ? Console.OpenStandardInput()
                : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
            return utf8.GetString(ReadBytes(stream, name)).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException error)
        {
            throw new BadInputException($"{name}: the file is not UTF-8 text", error);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw new BadInputException($"{name}: cannot be read: {Wording.Cause(error)}", error);
        }
    }

    private static void RequireFile(string path)
    {
        if (Directory.Exists(path)) throw new BadInputException($"{path}: a folder, not a file");
        if (!File.Exists(path))
            throw new BadInputException($"{path}: no such file{SpellingSuggestion.HintOfFile(path)}");
    }

    // The length of a device or a pipe is unknown, and its content may never end, so the reading stops at the maximum.
    private static ReadOnlySpan<byte> ReadBytes(Stream stream, string name)
    {
        var bytes = new byte[SpecFile.Longest + 1];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return length <= SpecFile.Longest
            ? bytes.AsSpan(0, length)
            : throw new BadInputException($"{name}: the file is too large (allowed: at most {SpecFile.Longest} bytes)");
    }

    /// <summary>
    /// Parses the map that a file consists of. Throws <see cref="BadInputException"/> when the text is not YAML, or not
    /// a map.
    /// </summary>
    public static YamlMap ParseMap(string text, Problems problems, string what)
    {
        var root = new YamlText(text, problems).ParseDocument(text);
        if (root is null) problems.Add(1, "", $"the file is empty; {what}");
        else if (root is not YamlMap)
            problems.Add(root.Line, "", $"the file contains {root.Kind}, not a map of keys; {what}");
        problems.ThrowIfAny();
        return (YamlMap)root!;
    }

    private YamlNode? ParseDocument(string text)
    {
        try
        {
            _parser.Consume<StreamStart>();
            if (_parser.Accept<StreamEnd>(out _)) return null;
            _parser.Consume<DocumentStart>();
            var root = ParseNode("", 0);
            _parser.Consume<DocumentEnd>();
            if (_parser.Current is { } next and not StreamEnd)
                _problems.Add(LineOf(next), "", "a second document starts here; a file may have only one");
            return root;
        }
        catch (Exception error) when (error is YamlException or InvalidOperationException)
        {
            ReportSyntax(error, text);
            _problems.ThrowIfAny();
            throw; // Not reached: a problem was added.
        }
    }

    // For some unclosed brackets the scanner throws an InvalidOperationException without a location, so the location of
    // the last event is used.
    private void ReportSyntax(Exception error, string text)
    {
        var opened = _open.TryPeek(out var open)
            ? $", inside the '{open.Bracket}' of line {open.Line} (check that it is closed)" : "";
        if (error is not YamlException at)
            _problems.Add((int)(_parser.Current?.End.Line ?? 1), "", $"invalid YAML after this line{opened}");
        else if (at.Message.Contains("tab", StringComparison.Ordinal) && FirstTabIndent(text) is { } line)
            _problems.Add(line, "", "the line is indented with a tab, but YAML requires spaces");
        else _problems.Add(
            (int)at.Start.Line, "", $"invalid YAML at column {at.Start.Column}{opened}: {Plain(at.Message)}");
    }

    // The parser's message, in other words for the commonest mistake.
    private static string Plain(string message) =>
        message.EndsWith("scalar, found invalid mapping.", StringComparison.Ordinal)
            || message.EndsWith("scalar value, found invalid mapping.", StringComparison.Ordinal)
            ? "a ': ' inside an unquoted text; put the text in quotes"
            : char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.');

    private YamlNode ParseNode(string path, int depth)
    {
        if (depth > Deepest) Refuse(path, $"nested more than {Deepest} levels deep");
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            _problems.Add(LineOf(alias), path, $"the alias *{alias.Value} is not allowed; write out the value");
            return new YamlScalar(path, LineOf(alias), "", IsPlain: false);
        }

        if (_parser.Current is NodeEvent { Anchor.IsEmpty: false } anchored)
            _problems.Add(LineOf(anchored), path,
                $"the anchor &{anchored.Anchor.Value} is not allowed; write out the values where they are used");
        if (_parser.Current is NodeEvent { Tag.IsEmpty: false } tagged)
            _problems.Add(LineOf(tagged), path, "YAML tags (!…) are not allowed; write the value without a tag");

        if (_parser.TryConsume<Scalar>(out var scalar))
            return new YamlScalar(path, LineOf(scalar), scalar.Value, scalar.Style is ScalarStyle.Plain);
        return _parser.TryConsume<SequenceStart>(out var list) ? ParseList(path, list, depth)
            : ParseMap(path, _parser.Consume<MappingStart>(), depth);
    }

    private YamlList ParseList(string path, SequenceStart start, int depth)
    {
        var items = new List<YamlNode>();
        if (start.Style is SequenceStyle.Flow) _open.Push(('[', LineOf(start)));
        while (!_parser.TryConsume<SequenceEnd>(out _)) items.Add(ParseNode($"{path}[{items.Count}]", depth + 1));
        if (start.Style is SequenceStyle.Flow) _open.Pop();
        return new YamlList(path, LineOf(start), items);
    }

    private YamlMap ParseMap(string path, MappingStart start, int depth)
    {
        var entries = new List<YamlEntry>();
        if (start.Style is MappingStyle.Flow) _open.Push(('{', LineOf(start)));
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.Accept<Scalar>(out var key)) Refuse(path, "a key must be a plain word");
            _parser.Consume<Scalar>();
            entries.Add(new YamlEntry(key!.Value, LineOf(key),
                ParseNode(path.Length == 0 ? key.Value : $"{path}.{key.Value}", depth + 1)));
        }

        if (start.Style is MappingStyle.Flow) _open.Pop();
        return new YamlMap(path, LineOf(start), entries);
    }

    // The text after this mistake cannot be parsed, so this method throws immediately.
    private void Refuse(string path, string what)
    {
        _problems.Add(LineOf(_parser.Current!), path, what);
        _problems.ThrowIfAny();
    }

    private static int LineOf(ParsingEvent item) => (int)item.Start.Line;

    private static int? FirstTabIndent(string text)
    {
        var lines = text.Split('\n');
        var index = Array.FindIndex(lines, line => line.AsSpan(0, line.Length - line.AsSpan().TrimStart().Length)
            .Contains('\t'));
        return index < 0 ? null : index + 1;
    }
}
