using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sbnn.Sweeps.Api;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Api.Contracts;

/// <summary>
/// Tests that the HTTP API's JSON does not change, because clients of other versions read it. Members and enum words
/// may be added to <c>contracts.txt</c>, but must not change or be removed.
/// </summary>
public sealed class ContractTests
{
    private static readonly string Kept = Repository.PathOf("tests", "Unit", "Api", "Contracts", "contracts.txt");

    private static readonly IReadOnlyDictionary<Type, string> Plain = new Dictionary<Type, string>
    {
        [typeof(string)] = "text",
        [typeof(bool)] = "boolean",
        [typeof(int)] = "whole number",
        [typeof(long)] = "whole number",
        [typeof(double)] = "number",
        [typeof(decimal)] = "number",
        [typeof(TimeSpan)] = "number of seconds",
        [typeof(DateTimeOffset)] = "time",
        [typeof(TrialKey)] = "text: trial key",
        [typeof(NodeName)] = "text: node name",
    };

    [Fact]
    public void Contracts_MatchTheGoldenFile()
    {
        var actual = Describe();
        var written = Path.Combine(AppContext.BaseDirectory, "contracts.actual.txt");
        File.WriteAllText(written, actual);

        Assert.True(File.ReadAllText(Kept) == actual,
            $"{Kept}: the file differs from the contracts; if only members were added, replace the file with "
                + $"{written}");
    }

    [Fact]
    public void Contracts_KeepTheirValues_WhenTheirJsonIsRead()
    {
        foreach (var example in ContractExamples.All)
        {
            var json = JsonSerializer.Serialize(example, example.GetType(), SbnnJson.Options);
            var read = JsonSerializer.Deserialize(json, example.GetType(), SbnnJson.Options);
            Assert.Equal(json, JsonSerializer.Serialize(read, example.GetType(), SbnnJson.Options));
        }
    }

    private static string Describe()
    {
        var contracts = typeof(SweepApi).Assembly.GetExportedTypes()
            .Where(static type => type.Namespace == "Sbnn.Sweeps.Api.Contracts" && !type.IsAbstract)
            .OrderBy(static type => type.Name, StringComparer.Ordinal).ToList();
        Assert.Equal(contracts, ContractExamples.All.Select(static example => example.GetType()));
        var text = new StringBuilder();
        var pending = new Queue<Type>(contracts);
        var seen = contracts.ToHashSet();
        while (pending.TryDequeue(out var type))
        {
            text.Append(type.Name).Append('\n');
            foreach (var member in SbnnJson.Options.GetTypeInfo(type).Properties.Where(static member =>
                member.Get is not null))
            {
                var isOptional = member.IsGetNullable || Nullable.GetUnderlyingType(member.PropertyType) is not null;
                text.Append($"  {member.Name}: {Kind(member, member.PropertyType)}");
                text.Append(member.IsRequired ? ", required" : "").Append(isOptional ? ", may be left out" : "")
                    .Append('\n');
            }

            if (ContractExamples.All.FirstOrDefault(example => example.GetType() == type) is { } example)
                text.Append($"  = {JsonSerializer.Serialize(example, type, SbnnJson.Options)}\n");
            text.Append('\n');
        }

        return text.ToString();

        string Kind(JsonPropertyInfo member, Type type)
        {
            type = Nullable.GetUnderlyingType(type) ?? type;
            if (Plain.TryGetValue(type, out var plain)) return plain;
            if (type.IsEnum) return $"one of {string.Join(", ", Enum.GetNames(type).Select(name => Word(type, name)))}";
            var info = SbnnJson.Options.GetTypeInfo(type);
            if (info.Kind == JsonTypeInfoKind.Enumerable) return $"list of {Kind(member, info.ElementType!)}";
            if (info.Kind == JsonTypeInfoKind.Dictionary) return $"object by name of {Kind(member, info.ElementType!)}";
            Assert.True(info.Kind == JsonTypeInfoKind.Object,
                $"{member.Name}: {nameof(ContractTests)} cannot describe the type {type}");
            if (seen.Add(type)) pending.Enqueue(type);
            return type.Name;
        }
    }

    private static string Word(Type type, string name) =>
        JsonSerializer.Serialize(Enum.Parse(type, name), type, SbnnJson.Options).Trim('"');
}
