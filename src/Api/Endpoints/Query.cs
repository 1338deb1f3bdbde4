using System.Globalization;
using Microsoft.AspNetCore.Http;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>Reads query parameters of lists.</summary>
internal static class Query
{
    private const int DefaultLimit = 100;
    private const int GreatestLimit = 1000;

    /// <summary>Reads <c>limit</c>, the largest number of items on a page; 100 when it is not given.</summary>
    /// <exception cref="BadInputException">The parameter is not a whole number within bounds.</exception>
    public static int Limit(HttpRequest request)
    {
        if (Text(request, "limit") is not { } text) return DefaultLimit;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            && limit is >= 1 and <= GreatestLimit
            ? limit
            : throw new BadInputException(
                $"limit: {text} is not allowed (allowed: a whole number from 1 to {GreatestLimit})");
    }

    /// <summary>Reads a whole number; null when the parameter is not given.</summary>
    /// <exception cref="BadInputException">The parameter is not a whole number within bounds.</exception>
    public static int? Whole(HttpRequest request, string name, int least)
    {
        if (Text(request, name) is not { } text) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
            ? number
            : throw new BadInputException(
                $"{name}: {text} is not allowed (allowed: {least}, {least + 1}, {least + 2}, …)");
    }

    /// <summary>Reads <c>true</c> or <c>false</c>; false when the parameter is not given.</summary>
    /// <exception cref="BadInputException">The parameter has another value.</exception>
    public static bool Flag(HttpRequest request, string name)
    {
        if (Text(request, name) is not { } text) return false;
        return bool.TryParse(text, out var flag)
            ? flag
            : throw new BadInputException($"{name}: {text} is not allowed (allowed: true, false)");
    }

    /// <summary>A parameter whose value is a word of an enum; null when the parameter is not given.</summary>
    /// <exception cref="BadInputException">The parameter has a value that is not allowed.</exception>
    public static T? Word<T>(HttpRequest request, string name)
        where T : struct, Enum
    {
        if (Text(request, name) is not { } text) return null;
        foreach (var value in Enum.GetValues<T>())
        {
            if (EnumWords.Of(value) == text) return value;
        }

        var allowed = string.Join(", ", Enum.GetValues<T>().Select(static value => EnumWords.Of(value)));
        throw new BadInputException($"{name}: {text} is not allowed (allowed: {allowed})");
    }

    /// <summary>The text of a parameter; null when the parameter is not given or empty.</summary>
    public static string? Text(HttpRequest request, string name) =>
        request.Query.TryGetValue(name, out var values) && values.ToString() is { Length: > 0 } text ? text : null;
}
