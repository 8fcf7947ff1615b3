namespace NlinkFs;

internal static class Program
{
    private static int Main(string[] args) => CommandLine.Run(Invocation.Normalize(Environment.GetCommandLineArgs()[0], args));
}
