using System.Runtime.Versioning;

namespace Sbnn.Sweeps.Tests.Support;

/// <summary>Writes small shell scripts.</summary>
[SupportedOSPlatform("linux")]
public static class Scripts
{
    /// <summary>Writes an executable script and returns its path.</summary>
    public static string Write(string path, string script)
    {
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
