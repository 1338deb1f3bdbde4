using System.Text;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Dashboard.Trials;

/// <summary>
/// The last lines of a log that may still grow. Memory is bounded, because a page may stay open for days.
/// </summary>
internal sealed class LogLines
{
    /// <summary>The number of bytes at the end of the file that are read at first.</summary>
    public const int MostBytes = LogPart.MaxBytes;

    /// <summary>The largest number of lines that are kept.</summary>
    public const int MostLines = 10_000;

    private readonly List<string> _lines = [];
    private readonly Decoder _text = Encoding.UTF8.GetDecoder();
    private bool _isOpen;

    /// <summary>The lines, first to last. The last one may be incomplete.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>The end of the bytes that were read; null before the first part.</summary>
    public long? End { get; private set; }

    /// <summary>True when the file has earlier lines than <see cref="Lines"/>.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Adds the next part of the file; false when it has no bytes.</summary>
    public bool Append(LogPart part)
    {
        var isFirst = End is null;
        IsCut |= isFirst ? part.Offset > 0 : part.Offset != End;
        End = part.Offset + part.Bytes.Length;
        if (part.Bytes.Length == 0) return false;
        var decoded = new char[_text.GetCharCount(part.Bytes, flush: false)];
        _text.GetChars(part.Bytes, decoded, flush: false);
        var pieces = new string(decoded).Split('\n');
        if (_isOpen) _lines[^1] += pieces[0];
        else _lines.Add(pieces[0]);
        _lines.AddRange(pieces.Skip(1));
        _isOpen = _lines[^1].Length > 0;
        if (!_isOpen) _lines.RemoveAt(_lines.Count - 1);
        // The first line of a part from the middle of the file is incomplete.
        if (isFirst && IsCut && _lines.Count > 1) _lines.RemoveAt(0);
        if (_lines.Count <= MostLines) return true;
        _lines.RemoveRange(0, _lines.Count - MostLines);
        IsCut = true;
        return true;
    }
}
