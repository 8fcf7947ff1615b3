namespace NlinkFs;

internal static class Program
{
    private static int Main(string[] args) => CommandLine.Run(Environment.GetCommandLineArgs()[0], args);
}
