namespace NlinkFs.Packaging;

/// <summary>The scripts that "nlinkfs completion" prints, under the names the shells look for.</summary>
internal static class Completions
{
    internal static void WriteAll(string directory)
    {
        foreach ((string shell, string file) in ((string, string)[])[("bash", "nlinkfs"), ("zsh", "_nlinkfs"), ("fish", "nlinkfs.fish")])
        {
            using StreamWriter writer = new(Path.Combine(directory, file)) { NewLine = "\n" };
            TextWriter before = Console.Out;
            Console.SetOut(writer);
            int exitCode = CommandLine.Run("nlinkfs", ["completion", shell]);
            Console.SetOut(before);
            if (exitCode != 0)
            {
                throw new InvalidOperationException($"nlinkfs completion {shell} ended with exit code {exitCode}");
            }
        }
    }
}
