using System.Buffers.Binary;

namespace Sbnn.Sweeps.Tests.EndToEnd.Telemetry;

/// <summary>
/// Iterates over the fields of a protobuf message in their order. Only the parts of the format that OTLP's traces use
/// are supported.
/// </summary>
internal ref struct ProtobufFields(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The field's number in its message.</summary>
    public int Number { get; private set; }

    /// <summary>The bytes of a field that is a string, bytes or a message.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>The value of a field that is a number: a varint, or 32 or 64 fixed bits.</summary>
    public ulong Value { get; private set; }

    /// <summary>Advances to the next field. Returns false at the end of the message.</summary>
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
                Value = BinaryPrimitives.ReadUInt64LittleEndian(ReadBytes(8));
                break;
            case 2:
                Bytes = ReadBytes((int)ReadVarint());
                break;
            case 5:
                Value = BinaryPrimitives.ReadUInt32LittleEndian(ReadBytes(4));
                break;
            case var wireType:
                throw new InvalidDataException($"field {Number} has the unknown wire type {wireType}");
        }

        return true;
    }

    private ReadOnlySpan<byte> ReadBytes(int count)
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
            var part = ReadBytes(1)[0];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) return value;
        }
    }
}
