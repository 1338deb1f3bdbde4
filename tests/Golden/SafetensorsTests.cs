using System.Security.Cryptography;
using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

public sealed class SafetensorsTests
{
    private const string Written = "safetensors_out";
    private const string Malformed = "safetensors_malformed";

    public static TheoryData<string> WrittenCases => GoldenVectors.Cases(Written);

    public static TheoryData<string> MalformedCases => GoldenVectors.Cases(Malformed);

    [Theory]
    [MemberData(nameof(WrittenCases))]
    public void ToBytes_MatchesTheVectors(string id)
    {
        var golden = GoldenVectors.Load(Written, id);
        var file = new SafetensorsFile(
            golden.In.GetProperty("metadata").EnumerateObject()
                .ToDictionary(static text => text.Name, static text => text.Value.GetString()!),
            [.. golden.In.GetProperty("tensors").EnumerateArray().Select(Read)]);

        var bytes = file.ToBytes();

        Assert.Equal(golden.Out.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        Assert.Equal(bytes, SafetensorsFile.Parse(bytes, "written").ToBytes());
    }

    [Theory]
    [MemberData(nameof(MalformedCases))]
    public void Parse_NamesTheFile_WhenItIsMalformed(string id)
    {
        var golden = GoldenVectors.Load(Malformed, id);
        var path = Path.Combine(GoldenVectors.Folder, golden.In.GetProperty("file").GetString()!);
        Assert.SkipUnless(File.Exists(path), $"{path} does not exist");
        var bytes = File.ReadAllBytes(path);
        Assert.Equal(golden.In.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(bytes)));

        var refused = Assert.Throws<BadInputException>(() => SafetensorsFile.Parse(bytes, path));

        Assert.StartsWith($"{path}: not a safetensors file: ", refused.Message, StringComparison.Ordinal);
    }

    private static SafeTensor Read(JsonElement given)
    {
        var type = given.GetProperty("dtype").GetString()!;
        var shape = given.GetProperty("shape").EnumerateArray().Select(static n => n.GetInt64()).ToArray();
        var numbers = given.GetProperty("values").EnumerateArray().Select(GoldenCase.Number).ToArray();
        using var values = tensor(numbers, float64).to(type switch
        {
            "F16" => float16,
            "F32" => float32,
            "F64" => float64,
            "I64" => int64,
            _ => throw new InvalidOperationException($"no torch type for {type}"),
        });
        return new SafeTensor(given.GetProperty("name").GetString()!, type, shape, values.bytes.ToArray());
    }
}
