using Microsoft.AspNetCore.Http.Metadata;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>How large a request may be; a larger one is refused with 413.</summary>
internal sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
