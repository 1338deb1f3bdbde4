using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>Reads the JSON body of a request.</summary>
internal static class RequestBody
{
    /// <summary>Parses the body as a contract.</summary>
    /// <exception cref="BadInputException">The body is not JSON, or lacks a member or has one that the contract does
    /// not have.</exception>
    public static async Task<T> ReadAsync<T>(HttpRequest request)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(
                request.Body, SbnnJson.Options, request.HttpContext.RequestAborted)
                ?? throw new BadInputException($"body: null is not a {typeof(T).Name}");
        }
        catch (JsonException error)
        {
            throw new BadInputException($"body: not a {typeof(T).Name}: {error.Message}", error);
        }
    }
}
