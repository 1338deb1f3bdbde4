using Microsoft.AspNetCore.Http.Metadata;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>The largest size of a request's body in bytes; a larger body is rejected with 413.</summary>
internal sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
