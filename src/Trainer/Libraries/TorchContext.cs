using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Sbnn.Sweeps.Trainer.Libraries;

/// <summary>
/// Runs the trainer with a libtorch other than the packaged one. TorchSharp loads the library by name, and .NET finds
/// the packaged libtorch first, in the trainer's own folder; loading both would end the process. Only a separate load
/// context can choose a library before .NET searches that folder, so the trainer's assemblies are loaded again into
/// such a context.
/// </summary>
internal sealed class TorchContext : AssemblyLoadContext
{
    private readonly TorchFolder _folder;
    private readonly AssemblyDependencyResolver _resolver;

    private TorchContext(TorchFolder folder, string main)
        : base(nameof(TorchContext)) => (_folder, _resolver) = (folder, new AssemblyDependencyResolver(main));

    /// <summary>True for code that runs in this context.</summary>
    public static bool IsCurrent => GetLoadContext(typeof(TorchContext).Assembly) != Default;

    /// <summary>Runs the trainer's main program in a new context, and returns its exit code.</summary>
    public static int Run(TorchFolder folder, string[] args)
    {
        var main = typeof(TorchContext).Assembly.Location;
        return (int)new TorchContext(folder, main)
            .LoadFromAssemblyPath(main).EntryPoint!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [args], null)!;
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName) =>
        _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        var chosen = Path.Combine(_folder.Path, $"lib{unmanagedDllName}.so");
        return _folder.Libraries.Contains(chosen) ? NativeLibrary.Load(chosen)
            : _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } own ? LoadUnmanagedDllFromPath(own)
            : 0;
    }
}
