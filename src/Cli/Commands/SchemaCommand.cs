using System.CommandLine;
using System.Text;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core.Specs.Reading;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary><c>sbnn schema</c>: what editors need to know about a sweep's YAML file.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var command = new Command("schema", "Print the JSON Schema of a sweep's YAML file, as it is kept in sweeps/sweep.schema.json.");
        command.SetAction((_, cancellation) => SbnnCommand.GuardAsync(async () =>
        {
            // Bytes, not text: the file that a shell writes is then the same whatever the terminal's encoding is.
            await using var output = Console.OpenStandardOutput();
            await output.WriteAsync(Encoding.UTF8.GetBytes(SweepSchema.Text), cancellation);
            return ExitCode.Done;
        }));
        return command;
    }
}
