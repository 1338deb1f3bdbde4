using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>A tensor of a safetensors file.</summary>
/// <param name="Name">The tensor's name in the state dict.</param>
/// <param name="Type">The type of its values as safetensors writes it, for example F32.</param>
/// <param name="Shape">The tensor's shape; empty for a single number.</param>
/// <param name="Bytes">The tensor's values: little-endian, row-major.</param>
public sealed record SafeTensor(string Name, string Type, IReadOnlyList<long> Shape, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// A file in the safetensors format: header length (64-bit little-endian), header (UTF-8 JSON), and the tensors' data
/// without gaps. Metadata and tensors are written in ordinal order and without blanks, so equal contents always have
/// equal bytes.
/// </summary>
/// <param name="Metadata">The file's metadata: texts by name.</param>
/// <param name="Tensors">The tensors. A file that was read has them in the order of their data.</param>
public sealed record SafetensorsFile(IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<SafeTensor> Tensors)
{
    private const string MetadataName = "__metadata__";
    private const int LengthBytes = sizeof(long);

    private static readonly Dictionary<string, int> BytesOfType = new(StringComparer.Ordinal)
    {
        ["BOOL"] = 1,
        ["U8"] = 1,
        ["I8"] = 1,
        ["F8_E4M3"] = 1,
        ["F8_E5M2"] = 1,
        ["U16"] = 2,
        ["I16"] = 2,
        ["F16"] = 2,
        ["BF16"] = 2,
        ["U32"] = 4,
        ["I32"] = 4,
        ["F32"] = 4,
        ["U64"] = 8,
        ["I64"] = 8,
        ["F64"] = 8,
    };

    /// <summary>Serializes the file. Equal contents always give the same bytes.</summary>
    public byte[] ToBytes()
    {
        var tensors = Tensors.OrderBy(static tensor => tensor.Name, StringComparer.Ordinal).ToList();
        var entries = new List<string>();
        if (Metadata.Count > 0)
        {
            var texts = Metadata.OrderBy(static pair => pair.Key, StringComparer.Ordinal)
                .Select(static pair => $"{Quoted(pair.Key)}:{Quoted(pair.Value)}");
            entries.Add($"\"{MetadataName}\":{{{string.Join(',', texts)}}}");
        }

        var end = 0L;
        foreach (var tensor in tensors)
        {
            var begin = end;
            end += tensor.Bytes.Length;
            entries.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{Quoted(tensor.Name)}:{{\"dtype\":\"{tensor.Type}\",\"shape\":[{string.Join(',', tensor.Shape)}],"
                    + $"\"data_offsets\":[{begin},{end}]}}"));
        }

        var header = Encoding.UTF8.GetBytes($"{{{string.Join(',', entries)}}}");
        var headerLength = (header.Length + LengthBytes - 1) / LengthBytes * LengthBytes;
        var file = new byte[LengthBytes + headerLength + end];
        BinaryPrimitives.WriteInt64LittleEndian(file, headerLength);
        header.CopyTo(file, LengthBytes);
        file.AsSpan(LengthBytes + header.Length, headerLength - header.Length).Fill((byte)' ');
        var data = file.AsSpan(LengthBytes + headerLength);
        foreach (var tensor in tensors)
        {
            tensor.Bytes.Span.CopyTo(data);
            data = data[tensor.Bytes.Length..];
        }

        return file;
    }

    /// <summary>Parses the bytes of a file. Every deviation from the format is an error.</summary>
    /// <param name="bytes">The bytes of the whole file.</param>
    /// <param name="path">The file's path, for messages.</param>
    /// <exception cref="BadInputException">The bytes are not a complete safetensors file.</exception>
    public static SafetensorsFile Parse(ReadOnlyMemory<byte> bytes, string path)
    {
        if (bytes.Length < LengthBytes) throw Fault(path, $"the file has {bytes.Length} bytes, fewer than 8");
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span);
        if (headerLength > (ulong)(bytes.Length - LengthBytes))
            throw Fault(path, $"the header's length ({headerLength}) reaches past the end of the file");
        var data = bytes[(LengthBytes + (int)headerLength)..];
        try
        {
            using var header = JsonDocument.Parse(bytes.Slice(LengthBytes, (int)headerLength));
            return Read(header.RootElement, data, path);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new BadInputException($"{path}: not a safetensors file: its header cannot be read: {error.Message}",
                error);
        }
    }

    private static SafetensorsFile Read(JsonElement header, ReadOnlyMemory<byte> data, string path)
    {
        var (metadata, tensors) = (new Dictionary<string, string>(StringComparer.Ordinal), new List<SafeTensor>());
        var names = new HashSet<string>(StringComparer.Ordinal);
        var places = new List<(long Begin, SafeTensor Tensor)>();
        foreach (var entry in header.EnumerateObject())
        {
            if (!names.Add(entry.Name)) throw Fault(path, $"the name '{entry.Name}' occurs twice");
            if (entry.Name != MetadataName)
            {
                places.Add(ReadTensor(entry, data, path));
                continue;
            }

            foreach (var text in entry.Value.EnumerateObject())
            {
                if (!metadata.TryAdd(text.Name, text.Value.GetString() ?? throw new FormatException("null")))
                    throw Fault(path, $"the metadata '{text.Name}' occur twice");
            }
        }

        var end = 0L;
        foreach (var (begin, tensor) in places.OrderBy(static place => (place.Begin, place.Tensor.Bytes.Length)))
        {
            if (begin != end)
                throw Fault(path, $"the data of '{tensor.Name}' begin at {begin} (allowed: {end}, without gap or "
                    + "overlap)");
            end += tensor.Bytes.Length;
            tensors.Add(tensor);
        }

        return end == data.Length ? new SafetensorsFile(metadata, tensors)
            : throw Fault(path, $"{data.Length - end} bytes follow the last tensor");
    }

    private static (long Begin, SafeTensor Tensor) ReadTensor(
        JsonProperty entry, ReadOnlyMemory<byte> data, string path)
    {
        var members = entry.Value.EnumerateObject().Select(static member => member.Name).ToList();
        if (members.Count != 3 || members.Except(["dtype", "shape", "data_offsets"]).Any())
            throw Fault(path, $"'{entry.Name}' has other members than dtype, shape and data_offsets");
        var type = entry.Value.GetProperty("dtype").GetString() ?? "";
        if (!BytesOfType.TryGetValue(type, out var size))
            throw Fault(path, $"'{entry.Name}' has the unknown dtype {type}");
        long[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(static n => n.GetInt64())];
        long[] offsets = [.. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(static n => n.GetInt64())];
        if (shape.Any(static n => n < 0) || offsets is not [>= 0, >= 0] || offsets[0] > offsets[1])
            throw Fault(path, $"'{entry.Name}' has sizes or offsets that are not allowed");
        if (offsets[1] > data.Length) throw Fault(path, $"the data end before tensor '{entry.Name}' does");
        var span = offsets[1] - offsets[0];
        if (shape.Aggregate((UInt128)size, static (bytes, n) => bytes > long.MaxValue ? bytes : bytes * (UInt128)n)
            != (UInt128)span)
            throw Fault(path, $"'{entry.Name}' has the shape [{string.Join(',', shape)}] of {type}, but its offsets "
                + $"span {span} bytes");
        return (offsets[0], new SafeTensor(entry.Name, type, shape, data.Slice((int)offsets[0], (int)span)));
    }

    private static BadInputException Fault(string path, string what) =>
        new($"{path}: not a safetensors file: {what}");

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var letter in text)
        {
            _ = letter switch
            {
                '"' or '\\' => quoted.Append('\\').Append(letter),
                < ' ' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
                _ => quoted.Append(letter),
            };
        }

        return quoted.Append('"').ToString();
    }
}
