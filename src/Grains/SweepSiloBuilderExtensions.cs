using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Serialization;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Grains;

/// <summary>Registers what a silo needs to run sweeps.</summary>
public static class SweepSiloBuilderExtensions
{
    /// <summary>
    /// Adds the cluster's timing, the metrics, the spans, the boards and the JSON form of this project's records. The
    /// host registers the ledger's reader and writer, an <see cref="INodeRegistry"/> and a <see cref="TimeProvider"/>.
    /// </summary>
    public static ISiloBuilder AddSweeps(this ISiloBuilder silo)
    {
        silo.Services.AddOptions<ClusterTiming>().ValidateOnStart();
        silo.Services.AddSingleton<IValidateOptions<ClusterTiming>, ClusterTimingValidator>();
        silo.Services.AddMetrics();
        silo.Services.AddSingleton<GrainInstruments>();
        silo.Services.AddSingleton<AttemptSpans>();
        silo.Services.TryAddSingleton<NodeBoard>(); // A host that displays the board has registered it already.
        silo.Services.TryAddSingleton<WaitingBoard>();
        silo.Services.AddSerializer(static serializer => serializer.AddSweepRecords());
        return silo;
    }

    /// <summary>
    /// This project's records travel as JSON, the form that they have on disk and in the ledger. Its exceptions use
    /// Orleans' own form. Silos and clients both need this registration.
    /// </summary>
    public static ISerializerBuilder AddSweepRecords(this ISerializerBuilder serializer)
    {
        serializer.Services.Configure<ExceptionSerializationOptions>(static exceptions =>
            exceptions.SupportedNamespacePrefixes.Add("Sbnn.Sweeps"));
        return serializer.AddJsonSerializer(
            static type => type.Namespace?.StartsWith("Sbnn.Sweeps.", StringComparison.Ordinal) == true
                && !type.IsAssignableTo(typeof(Exception)), SbnnJson.Options);
    }
}
