using System.Text;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>Prometheus' own checks, by the program that scripts/test.sh fetches.</summary>
internal static class Promtool
{
    private static string Program => Path.Combine(Programs.Repository, "artifacts/tools/promtool") is var path && File.Exists(path)
        ? path
        : throw new FileNotFoundException($"{path} is missing: ./scripts/test.sh fetches it");

    /// <summary>Has it check a text on its standard input, which it has to like.</summary>
    internal static void Run(string command, string input)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, input, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            CommandResult result = Commands.Shell($"'{Program}' {command} < '{file}'");
            Assert.True(result.ExitCode == 0 && result.Error.Length == 0, $"{result}\n{input}");
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Has it do something with a file.</summary>
    internal static CommandResult OnFile(string command, string file) => Commands.Run(Program, [.. command.Split(' '), file]);
}
