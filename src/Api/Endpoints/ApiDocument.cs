using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>The OpenAPI document of the API. Its descriptions are the contracts' doc comments.</summary>
internal static class ApiDocument
{
    private const string Name = "v1";
    private const string Security = "token";

    // The parameters of paths.
    private static readonly Dictionary<string, string> Paths = new(StringComparer.Ordinal)
    {
        ["attempt"] = "The attempt: 1, 2, ….",
        ["digest"] = "SHA-256 of the images, 64 lower-case hex digits.",
        ["file"] = "The file's name, as `report/files` lists it.",
        ["key"] = "The trial's key, or its first digits, at least four.",
        ["name"] = "The name of the sweep or node.",
    };

    /// <summary>Adds what the document needs.</summary>
    public static IServiceCollection AddApiDocument(this IServiceCollection services) => services
        .ConfigureHttpJsonOptions(static http =>
        {
            // The document describes JSON as the contracts are written.
            var (json, contracts) = (http.SerializerOptions, SbnnJson.Options);
            json.PropertyNamingPolicy = contracts.PropertyNamingPolicy;
            json.RespectNullableAnnotations = contracts.RespectNullableAnnotations;
            json.IgnoreReadOnlyProperties = contracts.IgnoreReadOnlyProperties;
            json.NumberHandling = contracts.NumberHandling;
            foreach (var converter in contracts.Converters) json.Converters.Add(converter);
        })
        .AddSingleton<IApiDescriptionProvider, Documentation.Provider>()
        .AddOpenApi(Name, static document =>
        {
            document.ShouldInclude = static endpoint =>
                endpoint.RelativePath?.StartsWith("api/v1/", StringComparison.Ordinal) == true;
            document.AddDocumentTransformer(static (api, _, _) => Complete(api));
            document.AddOperationTransformer(static (operation, context, _) => Complete(operation, context));
            document.AddSchemaTransformer(static (schema, context, _) => Complete(schema, context));
        });

    /// <summary>Maps <c>openapi.json</c>.</summary>
    public static void MapApiDocument(this RouteGroupBuilder api)
    {
        Content? written = null; // The endpoints stay the same, so the document is written once.
        api.MapGet("/openapi.json",
            async ([FromKeyedServices(Name)] IOpenApiDocumentProvider documents) =>
                written ??= await WriteAsync(documents))
            .Answers<JsonElement>("This document.").WithTags("API");
    }

    private static async Task<Content> WriteAsync(IOpenApiDocumentProvider documents)
    {
        var document = await documents.GetOpenApiDocumentAsync();
        using var bytes = new MemoryStream();
        await document.SerializeAsJsonAsync(bytes, OpenApiSpecVersion.OpenApi3_1);
        return new Content(bytes.ToArray(), Content.JsonType);
    }

    private static Task Complete(OpenApiDocument api)
    {
        api.Info = new OpenApiInfo
        {
            Title = "sbnn HTTP API",
            Version = Name,
            Description = "Later versions may add members, words and endpoints; existing ones keep their meaning. "
                + "Members whose value is null are omitted.",
        };
        api.Servers = [new OpenApiServer { Url = "/" }];
        api.Components ??= new OpenApiComponents();
        api.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Security] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "The home's token, from its file `token`.",
            },
        };
        api.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Security, api)] = [] }];
        return Task.CompletedTask;
    }

    private static Task Complete(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var known = context.Description.ActionDescriptor.EndpointMetadata.OfType<Documentation.Parameter>().ToList();
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
        {
            parameter.Description = parameter.In == ParameterLocation.Path
                ? Paths[parameter.Name!]
                : known.Find(described => described.Name == parameter.Name)?.Description;
        }

        return Task.CompletedTask;
    }

    // The types with converters of their own, which the generator cannot describe.
    private static Task Complete(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (type == typeof(TrialKey)) (schema.Type, schema.Pattern) = (JsonSchemaType.String, "^[0-9a-f]{64}$");
        else if (type == typeof(NodeName)) schema.Type = JsonSchemaType.String;
        else if (type == typeof(TimeSpan)) (schema.Type, schema.Pattern) = (JsonSchemaType.Number, null);
        return Task.CompletedTask;
    }
}
