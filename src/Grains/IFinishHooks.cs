namespace Sbnn.Sweeps.Grains;

/// <summary>The hooks that the host defines.</summary>
public interface IFinishHooks
{
    /// <summary>Their names, sorted.</summary>
    /// <exception cref="Core.BadInputException">The host's definition of the hooks has mistakes.</exception>
    IReadOnlyList<string> Names();
}
