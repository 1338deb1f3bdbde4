using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sbnn.Sweeps.Core.Trials;

/// <summary>The words for enum values in specs, JSON and the command.</summary>
public static class EnumWords
{
    /// <summary>An enum value's word, for example closed-form.</summary>
    public static string Of(Enum value)
    {
        var name = value.ToString();
        var given = value.GetType().GetField(name)?.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name;
        return given ?? JsonNamingPolicy.KebabCaseLower.ConvertName(name);
    }
}
