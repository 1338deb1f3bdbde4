using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sbnn.Sweeps.Core.Trials;

/// <summary>Enum values as specs, JSON and the command write them.</summary>
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
