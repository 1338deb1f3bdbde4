namespace Sbnn.Sweeps.Tests.Unit;

/// <summary>Tests that change the process's environment or working folder, and so run alone.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class ProcessState
{
    /// <summary>Sets a variable until the result is disposed.</summary>
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
