namespace NlinkFs.Testing;

/// <summary>The published programs under test, from the directory that TEST_BIN_DIR names.</summary>
public static class Programs
{
    /// <summary>The command.</summary>
    public static string Nlinkfs => Find("nlinkfs");

    /// <summary>The source written here.</summary>
    public static string TestSource => Find("nlinkfs-testsource");

    /// <summary>The source written with go-fuse.</summary>
    public static string GoSource => Find("go-zero-nlink-source");

    /// <summary>The root of the checkout, which holds the solution.</summary>
    public static string Repository
    {
        get
        {
            string? directory = AppContext.BaseDirectory;
            while (directory is not null && !File.Exists(Path.Combine(directory, "NlinkFs.sln")))
            {
                directory = Path.GetDirectoryName(directory);
            }

            return directory ?? throw new InvalidOperationException("the tests do not run inside a checkout");
        }
    }

    private static string Find(string name)
    {
        string directory = Environment.GetEnvironmentVariable("TEST_BIN_DIR")
            ?? throw new InvalidOperationException("TEST_BIN_DIR is not set: run ./scripts/test.sh, or ./scripts/publish.sh --with-sources and set it");
        string path = Path.Combine(directory, name);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing: run ./scripts/publish.sh --with-sources");
    }
}
