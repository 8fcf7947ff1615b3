using System.Globalization;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>The size of the tree is not the size of what is held.</summary>
public sealed class BoundedTests
{
    [Fact]
    public void TwoHundredThousandFilesAreWalkedTwiceInParallelWithFewDescriptors()
    {
        const int Limit = 1024;
        List<string> options = [];
        for (int i = 0; i < 200; i++)
        {
            options.AddRange(["--wide", string.Create(CultureInfo.InvariantCulture, $"a{i % 10}/b{i}=1000")]);
        }

        using TempTree tree = new();
        using Mounted source = Mounted.Source(SourceKind.CSharp, tree.At("source"), [.. options, "--deep", "deep=200"]);
        using Mounted mirror = Mounted.MirrorUnder(["prlimit", $"--nofile={Limit}:{Limit}"], source.Path, tree.At("mirror"));
        string walk = $"find '{mirror.Path}' -type f -printf '%s %n\\n' | sort | uniq -c | sort -rn | tail -n 3; find '{mirror.Path}' -type f | wc -l";
        CommandResult[] results = new CommandResult[4];
        for (int round = 0; round < 2; round++)
        {
            int first = round * 2;
            Thread[] walkers = [.. Enumerable.Range(first, 2).Select(i => new Thread(() =>
                results[i] = Commands.Run("/bin/bash", ["-c", walk], TimeSpan.FromMinutes(3))))];
            foreach (Thread walker in walkers)
            {
                walker.Start();
            }

            foreach (Thread walker in walkers)
            {
                walker.Join();
            }
        }

        Assert.All(results, result => Assert.Equal((0, ""), (result.ExitCode, result.Error)));
        Assert.All(results, result => Assert.EndsWith("\n200200\n", result.Output, StringComparison.Ordinal));
        Assert.InRange(Directory.GetFiles($"/proc/{mirror.Service.Id}/fd").Length, 1, 300);
        Assert.DoesNotContain("ERR", mirror.Service.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void AMillionEntriesAreWalkedWithFewDescriptorsAndBytes()
    {
        const int Entries = 1_000_000;
        using TempTree tree = new();
        using Mounted source = Mounted.Source(SourceKind.CSharp, tree.At("source"), "--wide", string.Create(CultureInfo.InvariantCulture, $"wide={Entries}"));
        using Mounted mirror = Mounted.MirrorUnder(["prlimit", "--nofile=1024:1024"], source.Path, tree.At("mirror"));
        long before = mirror.Service.ResidentKilobytes;
        CommandResult walked = Commands.Run("/bin/bash", ["-c", $"find '{mirror.Path}/wide' -type f -size -100M | wc -l"], TimeSpan.FromMinutes(5));
        Assert.Equal((0, $"{Entries}\n", ""), (walked.ExitCode, walked.Output, walked.Error));

        // What is remembered of an entry: its place, its name, its number and what tells a change from a drift; and the listing itself.
        long bytes = (mirror.Service.ResidentKilobytes - before) * 1024 / Entries;
        Assert.InRange(bytes, 0, 220);
    }
}
