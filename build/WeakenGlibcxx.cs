using System;
using System.IO;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Marks the need of libLibTorchSharp.so for the symbol version GLIBCXX_3.4.32 as weak, so that it loads on systems with an older
/// libstdc++ (Debian 12, Ubuntu 22.04). No symbol of that version is relocated against, so nothing is lost.
/// </summary>
public class WeakenGlibcxx : Task
{
    private const string Version = "GLIBCXX_3.4.32";
    private const uint SectionTypeVerneed = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort Weak = 2; // VER_FLG_WEAK

    [Required]
    public string Folder { get; set; }

    public override bool Execute()
    {
        if (!Directory.Exists(Folder)) return true;
        foreach (var library in Directory.GetFiles(Folder, "libLibTorchSharp.so", SearchOption.AllDirectories))
        {
            var elf = File.ReadAllBytes(library);
            if (!TryWeaken(elf)) continue;

            // The output is a hard link into the package cache: a new file is renamed over it, never written through it. The old
            // time keeps the incremental copy from bringing the original back.
            var temporary = library + "." + Guid.NewGuid().ToString("N") + ".tmp";
            File.WriteAllBytes(temporary, elf);
            File.SetLastWriteTimeUtc(temporary, File.GetLastWriteTimeUtc(library));
            File.Replace(temporary, library, null);
            Log.LogMessage(MessageImportance.Normal, "{0}: {1} is now a weak need", library, Version);
        }

        return true;
    }

    /// <summary>True when the bytes were changed; false when there is no such need (any more).</summary>
    private static bool TryWeaken(byte[] elf)
    {
        var isElf64LittleEndian = elf.Length > 64 && elf[0] == 0x7f && elf[1] == 'E' && elf[2] == 'L' && elf[3] == 'F' && elf[4] == 2 && elf[5] == 1;
        if (!isElf64LittleEndian) return false;

        var sections = (long)BitConverter.ToUInt64(elf, 40);
        var sectionSize = BitConverter.ToUInt16(elf, 58);
        var sectionCount = BitConverter.ToUInt16(elf, 60);
        for (var i = 0; i < sectionCount; i++)
        {
            var header = (int)(sections + (long)i * sectionSize);
            if (BitConverter.ToUInt32(elf, header + 4) != SectionTypeVerneed) continue;
            return TryWeakenNeeds(elf, (int)BitConverter.ToUInt64(elf, header + 24));
        }

        return false;
    }

    private static bool TryWeakenNeeds(byte[] elf, int need)
    {
        var wanted = ElfHash(Version);
        while (true)
        {
            var count = BitConverter.ToUInt16(elf, need + 2);
            var version = need + (int)BitConverter.ToUInt32(elf, need + 8);
            for (var i = 0; i < count; i++)
            {
                var flags = BitConverter.ToUInt16(elf, version + 4);
                if (BitConverter.ToUInt32(elf, version) == wanted)
                {
                    if ((flags & Weak) != 0) return false;
                    elf[version + 4] |= (byte)Weak;
                    return true;
                }

                version += (int)BitConverter.ToUInt32(elf, version + 12);
            }

            var next = (int)BitConverter.ToUInt32(elf, need + 12);
            if (next == 0) return false;
            need += next;
        }
    }

    private static uint ElfHash(string name)
    {
        uint hash = 0;
        foreach (var letter in name)
        {
            hash = (hash << 4) + letter;
            var top = hash & 0xf0000000;
            if (top != 0) hash ^= top >> 24;
            hash &= ~top;
        }

        return hash;
    }
}
