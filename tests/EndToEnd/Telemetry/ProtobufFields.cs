using System.Buffers.Binary;

namespace Sbnn.Sweeps.Tests.EndToEnd.Telemetry;

/// <summary>
/// Walks the fields of one protobuf message, in the order of the wire: as much of the format as OTLP's traces use.
/// </summary>
internal ref struct ProtobufFields(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The field's number in its message.</summary>
    public int Number { get; private set; }

    /// <summary>A string's, bytes' or message's contents.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>A number's bits: of a varint, or of 64 fixed ones.</summary>
    public ulong Value { get; private set; }

    /// <summary>Steps to the next field; false at the end.</summary>
    public bool Next()
    {
        if (_rest.IsEmpty) return false;
        var tag = ReadVarint();
        Number = (int)(tag >> 3);
        Bytes = [];
        Value = 0;
        switch (tag & 7)
        {
            case 0:
                Value = ReadVarint();
                break;
            case 1:
                Value = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case 2:
                Bytes = Take((int)ReadVarint());
                break;
            case 5:
                Value = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            case var wireType:
                throw new InvalidDataException($"field {Number} is of wire type {wireType}");
        }

        return true;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private ulong ReadVarint()
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = Take(1)[0];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) return value;
        }
    }
}
