using System.Text;

namespace Sbnn.Sweeps.Tests.EndToEnd.Telemetry;

/// <summary>A received span. The field numbers in this file are those of OTLP's <c>trace.proto</c>.</summary>
internal sealed record ReceivedSpan
{
    public required string Service { get; init; }

    public string TraceId { get; private set; } = "";

    public string SpanId { get; private set; } = "";

    /// <summary>The parent's span ID; empty for a root span.</summary>
    public string ParentId { get; private set; } = "";

    public string Name { get; private set; } = "";

    /// <summary>Nanoseconds since 1970.</summary>
    public ulong Start { get; private set; }

    /// <summary>Nanoseconds since 1970.</summary>
    public ulong End { get; private set; }

    public bool IsError { get; private set; }

    public Dictionary<string, object> Attributes { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads the spans of an <c>ExportTraceServiceRequest</c>.</summary>
    public static IReadOnlyList<ReceivedSpan> Read(ReadOnlySpan<byte> request)
    {
        var spans = new List<ReceivedSpan>();
        for (var fields = new ProtobufFields(request); fields.Next();)
        {
            if (fields.Number == 1) ReadResourceSpans(fields.Bytes, spans);
        }

        return spans;
    }

    private static void ReadResourceSpans(ReadOnlySpan<byte> message, List<ReceivedSpan> spans)
    {
        var resource = new Dictionary<string, object>(StringComparer.Ordinal);
        for (var fields = new ProtobufFields(message); fields.Next();)
        {
            if (fields.Number == 1) ReadAttributes(fields.Bytes, 1, resource);
        }

        for (var fields = new ProtobufFields(message); fields.Next();)
        {
            if (fields.Number != 2) continue;
            for (var scope = new ProtobufFields(fields.Bytes); scope.Next();)
            {
                if (scope.Number == 2) spans.Add(ReadSpan(scope.Bytes, (string)resource["service.name"]));
            }
        }
    }

    private static ReceivedSpan ReadSpan(ReadOnlySpan<byte> message, string service)
    {
        var span = new ReceivedSpan { Service = service };
        ReadAttributes(message, 9, span.Attributes);
        for (var fields = new ProtobufFields(message); fields.Next();)
        {
            switch (fields.Number)
            {
                case 1:
                    span.TraceId = Convert.ToHexStringLower(fields.Bytes);
                    break;
                case 2:
                    span.SpanId = Convert.ToHexStringLower(fields.Bytes);
                    break;
                case 4:
                    span.ParentId = Convert.ToHexStringLower(fields.Bytes);
                    break;
                case 5:
                    span.Name = Encoding.UTF8.GetString(fields.Bytes);
                    break;
                case 7:
                    span.Start = fields.Value;
                    break;
                case 8:
                    span.End = fields.Value;
                    break;
                case 15:
                    for (var status = new ProtobufFields(fields.Bytes); status.Next();)
                        span.IsError |= status is { Number: 3, Value: 2 };
                    break;
            }
        }

        return span;
    }

    // Reads the KeyValue messages in the repeated field with the given number.
    private static void ReadAttributes(ReadOnlySpan<byte> message, int number, Dictionary<string, object> into)
    {
        for (var fields = new ProtobufFields(message); fields.Next();)
        {
            if (fields.Number != number) continue;
            var (key, value) = ("", (object)"");
            for (var pair = new ProtobufFields(fields.Bytes); pair.Next();)
            {
                if (pair.Number == 1) key = Encoding.UTF8.GetString(pair.Bytes);
                if (pair.Number == 2) value = ReadValue(pair.Bytes);
            }

            into.Add(key, value);
        }
    }

    private static object ReadValue(ReadOnlySpan<byte> message)
    {
        var field = new ProtobufFields(message);
        return !field.Next() ? "" : field.Number switch
        {
            1 => Encoding.UTF8.GetString(field.Bytes),
            2 => field.Value != 0,
            3 => (long)field.Value,
            4 => BitConverter.UInt64BitsToDouble(field.Value),
            var other => throw new InvalidDataException($"unknown kind of value: {other}"),
        };
    }
}
