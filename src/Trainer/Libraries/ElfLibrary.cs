using System.Buffers.Binary;
using System.Text;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Trainer.Libraries;

/// <summary>
/// The file of a shared library (64-bit little-endian ELF): the symbols that it exports and imports, and its build id.
/// They are read from the file's sections, without loading the library.
/// </summary>
internal sealed class ElfLibrary
{
    private const int HeaderBytes = 64;
    private const int SymbolBytes = 24;
    private const int RelocationBytes = 24;
    private const int RelocationSection = 4;
    private const int NoteSection = 7;
    private const int DynamicSymbolSection = 11;
    private const int JumpSlot = 7;
    private const int BuildIdNote = 3;

    private readonly FileStream _file;
    private readonly byte[] _sections;
    private readonly int _sectionBytes;

    private ElfLibrary(string path, FileStream file)
    {
        (Path, _file) = (path, file);
        var header = ReadAt(0, HeaderBytes);
        if (!header.AsSpan().StartsWith((byte[])[0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
            throw new BadInputException($"{path}: not a shared library for this system (64-bit ELF)");
        _sectionBytes = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(58));
        var sections = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(60));
        _sections = ReadAt(BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(40)), sections * _sectionBytes);
        (Exports, Imports, ImportsBoundOnLoad) = ReadSymbols();
        BuildId = FindBuildId();
    }

    /// <summary>The path of the file.</summary>
    public string Path { get; }

    /// <summary>The symbols that the library provides to others, with their sizes in bytes.</summary>
    public IReadOnlyDictionary<string, long> Exports { get; }

    /// <summary>
    /// The names of the symbols that the library requires from others. Weak symbols are omitted, because they may be
    /// missing.
    /// </summary>
    public IReadOnlyList<string> Imports { get; }

    /// <summary>
    /// The imports that are bound while the library is loaded. The other imports are functions, which are bound at
    /// their first call.
    /// </summary>
    public IReadOnlySet<string> ImportsBoundOnLoad { get; }

    /// <summary>The build id that the linker wrote, in hexadecimal; null when the file has none.</summary>
    public string? BuildId { get; }

    /// <summary>
    /// Reads a library. Throws <see cref="BadInputException"/> when the file is not a shared library, or cannot be
    /// read.
    /// </summary>
    public static ElfLibrary Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return new ElfLibrary(path, file);
        }
        catch (Exception error)
            when (error is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException
                or OverflowException)
        {
            throw new BadInputException($"{path}: not a shared library: {error.Message}", error);
        }
    }

    private (Dictionary<string, long> Exports, List<string> Imports, HashSet<string> BoundOnLoad) ReadSymbols()
    {
        var (exports, imports, boundOnLoad) =
            (new Dictionary<string, long>(StringComparer.Ordinal), new List<string>(),
                new HashSet<string>(StringComparer.Ordinal));
        var bound = BoundWhileLoading();
        for (var i = 0; i < Sections; i++)
        {
            if (Type(i) != DynamicSymbolSection) continue;
            var (symbols, names) = (Contents(i), Contents((int)Number(i, 40)));
            for (var at = SymbolBytes; at + SymbolBytes <= symbols.Length; at += SymbolBytes)
            {
                var symbol = symbols.AsSpan(at, SymbolBytes);
                var (isWeak, isDefined) =
                    (symbol[4] >> 4 == 2, BinaryPrimitives.ReadUInt16LittleEndian(symbol[6..]) != 0);
                var name = names.AsSpan((int)BinaryPrimitives.ReadUInt32LittleEndian(symbol));
                var text = Encoding.Latin1.GetString(name[..name.IndexOf((byte)0)]);
                if (isDefined) exports.TryAdd(text, BinaryPrimitives.ReadInt64LittleEndian(symbol[16..]));
                if (isDefined || isWeak) continue;
                imports.Add(text);
                if (bound.Contains(at / SymbolBytes)) boundOnLoad.Add(text);
            }
        }

        return (exports, imports, boundOnLoad);
    }

    // The numbers of the symbols that are bound while the library is loaded, by their order in the symbol table.
    private HashSet<int> BoundWhileLoading()
    {
        var bound = new HashSet<int>();
        for (var i = 0; i < Sections; i++)
        {
            if (Type(i) != RelocationSection) continue;
            var relocations = Contents(i);
            for (var at = 0; at + RelocationBytes <= relocations.Length; at += RelocationBytes)
            {
                var info = BinaryPrimitives.ReadUInt64LittleEndian(relocations.AsSpan(at + 8));
                if ((uint)info != JumpSlot) bound.Add((int)(info >> 32));
            }
        }

        return bound;
    }

    private string? FindBuildId()
    {
        for (var i = 0; i < Sections; i++)
        {
            if (Type(i) != NoteSection) continue;
            var note = Contents(i);
            if (note.Length < 16 || BinaryPrimitives.ReadInt32LittleEndian(note.AsSpan(8)) != BuildIdNote) continue;
            var (name, bytes) =
                (BinaryPrimitives.ReadInt32LittleEndian(note), BinaryPrimitives.ReadInt32LittleEndian(note.AsSpan(4)));
            return Convert.ToHexStringLower(note.AsSpan(12 + ((name + 3) & ~3), bytes));
        }

        return null;
    }

    private int Sections => _sections.Length / _sectionBytes;

    private int Type(int section) =>
        BinaryPrimitives.ReadInt32LittleEndian(_sections.AsSpan((section * _sectionBytes) + 4));

    private long Number(int section, int at) => at == 40
        // The number of the section with the symbols' names has 32 bits.
        ? BinaryPrimitives.ReadInt32LittleEndian(_sections.AsSpan((section * _sectionBytes) + at))
        : BinaryPrimitives.ReadInt64LittleEndian(_sections.AsSpan((section * _sectionBytes) + at));

    private byte[] Contents(int section) => ReadAt(Number(section, 24), checked((int)Number(section, 32)));

    private byte[] ReadAt(long position, int count)
    {
        _file.Position = position;
        var bytes = new byte[count];
        _file.ReadExactly(bytes);
        return bytes;
    }
}
