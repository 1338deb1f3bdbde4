namespace Sbnn.Sweeps.Tests.Unit;

/// <summary>
/// The collection of tests that run alone, because they change the environment or the working folder of the process.
/// </summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class ProcessState
{
    /// <summary>Sets an environment variable until the returned object is disposed.</summary>
    internal static IDisposable Set(string name, string value)
    {
        var before = Environment.GetEnvironmentVariable(name);
        Environment.SetEnvironmentVariable(name, value);
        return new Restored(name, before);
    }

    private sealed class Restored(string name, string? before) : IDisposable
    {
        public void Dispose() => Environment.SetEnvironmentVariable(name, before);
    }
}
