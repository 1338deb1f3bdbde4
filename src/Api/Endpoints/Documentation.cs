using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>Describes endpoints for the API's document: what they do, their parameters, bodies and answers.</summary>
internal static class Documentation
{
    public const string Sweeps = "Sweeps", Trials = "Trials", Reports = "Reports", Nodes = "Nodes",
        NodeFiles = "Files for nodes";

    private const string JsonType = "application/json";

    // Every endpoint can answer with these.
    private static readonly int[] Common =
    [
        StatusCodes.Status401Unauthorized, StatusCodes.Status429TooManyRequests,
        StatusCodes.Status500InternalServerError, StatusCodes.Status503ServiceUnavailable,
    ];

    /// <summary>Describes an endpoint that answers with JSON.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="summary">What the endpoint does, in a sentence.</param>
    /// <param name="problems">The statuses of its problem documents, besides those that every endpoint has.</param>
    public static RouteHandlerBuilder Answers<T>(
        this RouteHandlerBuilder endpoint, string summary, params int[] problems) =>
        endpoint.Produces<T>().Describe(summary, problems);

    /// <summary>Describes an endpoint that answers with text, events or files.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="type">The type of the content.</param>
    /// <param name="mediaTypes">The possible media types.</param>
    /// <param name="summary">What the endpoint does, in a sentence.</param>
    /// <param name="problems">The statuses of its problem documents, besides those that every endpoint has.</param>
    public static RouteHandlerBuilder Sends(
        this RouteHandlerBuilder endpoint, Type type, string[] mediaTypes, string summary, params int[] problems) =>
        endpoint.Produces(StatusCodes.Status200OK, type, mediaTypes[0], mediaTypes[1..]).Describe(summary, problems);

    /// <summary>Names the contract of the request's body, and the problems of such requests.</summary>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new BodyContract(typeof(T)))
            .Problems(StatusCodes.Status400BadRequest, StatusCodes.Status413PayloadTooLarge);

    /// <summary>Describes a parameter of the query or a header.</summary>
    public static RouteHandlerBuilder With<T>(
        this RouteHandlerBuilder endpoint, string name, string description, bool isHeader = false) =>
        endpoint.WithMetadata(new Parameter(name, typeof(T), description, isHeader));

    /// <summary>Describes the parameters of a list that comes in pages.</summary>
    public static RouteHandlerBuilder WithPages(this RouteHandlerBuilder endpoint) => endpoint
        .With<int>("limit", "The largest number of items, from 1 to 1000; 100 when omitted.")
        .With<string>("cursor", "The `nextCursor` of the previous page; omitted for the first page.");

    private static RouteHandlerBuilder Describe(this RouteHandlerBuilder endpoint, string summary, int[] problems) =>
        endpoint.WithSummary(summary).Problems([.. problems, .. Common]);

    private static RouteHandlerBuilder Problems(this RouteHandlerBuilder endpoint, params int[] statuses)
    {
        foreach (var status in statuses) endpoint.ProducesProblem(status);
        return endpoint;
    }

    /// <summary>The contract of an endpoint's body.</summary>
    private sealed record BodyContract(Type Type);

    /// <summary>A parameter of an endpoint.</summary>
    internal sealed record Parameter(string Name, Type Type, string Description, bool IsHeader);

    /// <summary>
    /// Adds bodies and parameters to the descriptions of endpoints. The endpoints read them from the request, so that
    /// errors are the same everywhere, and ASP.NET does not see them.
    /// </summary>
    internal sealed class Provider : IApiDescriptionProvider
    {
        // The generator reads the types of parameters also from their model metadata.
        private static readonly EmptyModelMetadataProvider Models = new();

        /// <summary>After the provider that describes the endpoints.</summary>
        public int Order => 0;

        public void OnProvidersExecuting(ApiDescriptionProviderContext context)
        {
            foreach (var endpoint in context.Results)
            {
                var metadata = endpoint.ActionDescriptor.EndpointMetadata;
                foreach (var parameter in metadata.OfType<Parameter>())
                {
                    endpoint.ParameterDescriptions.Add(new ApiParameterDescription
                    {
                        Name = parameter.Name,
                        Type = parameter.Type,
                        ModelMetadata = Models.GetMetadataForType(parameter.Type),
                        Source = parameter.IsHeader ? BindingSource.Header : BindingSource.Query,
                    });
                }

                if (metadata.OfType<BodyContract>().LastOrDefault() is not { } body) continue;
                endpoint.SupportedRequestFormats.Add(new ApiRequestFormat { MediaType = JsonType });
                endpoint.ParameterDescriptions.Add(new ApiParameterDescription
                {
                    Name = body.Type.Name,
                    Type = body.Type,
                    ModelMetadata = Models.GetMetadataForType(body.Type),
                    Source = BindingSource.Body,
                    IsRequired = true,
                });
            }
        }

        public void OnProvidersExecuted(ApiDescriptionProviderContext context)
        {
            // The descriptions are complete.
        }
    }
}
