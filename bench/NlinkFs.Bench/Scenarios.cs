using NlinkFs.Bench.Loads;

namespace NlinkFs.Bench;

/// <summary>Everything that is measured, by source. "Mirror cold": the layer was mounted for this and has nothing cached.</summary>
internal static class Scenarios
{
    private const int MiB = 1 << 20;
    private const int KiB = 1 << 10;
    private const int SmallFiles = SampleTree.SmallFileCount;
    private const int StatFiles = SampleTree.SmallFileCount;
    private const int SlowStatFiles = 200;
    private const int SlowSmallFiles = 40;
    private const int SambaListings = 3;

    private static IReadOnlyList<string> Data => SampleTree.DataFiles;

    /// <summary>Half of the data files each, so that neither random load finds what the other brought in.</summary>
    private static IReadOnlyList<string> FirstHalf { get; } = [.. Data.Take(Data.Count / 2)];

    private static IReadOnlyList<string> SecondHalf { get; } = [.. Data.Skip(Data.Count / 2)];

    internal static IReadOnlyList<Scenario> For(SourceKind kind, Scale scale) => kind switch
    {
        SourceKind.Slow => [SlowRead(), SlowStreams(), SlowRandom(), SlowSmall(), Stats(scale, SlowStatFiles), Listings(scale)],
        SourceKind.GoFuse => [ColdRead()],
        SourceKind.Fuse => [ColdRead(), .. ForAnySource(scale)],
        _ => ForAnySource(scale),
    };

    private static Scenario[] ForAnySource(Scale scale) =>
        [Reads(), Streams(4), Streams(16), Random(scale), Small(scale), Stats(scale), Listings(scale)];

    internal static IReadOnlyList<Scenario> ForSamba(Scale scale) =>
    [
        new(new Step("smb-read", "through smbd: smbclient fetches all data files; mirror cold, source hot", Unit.Bytes)
        {
            Prepare = scene => scene.Source.WarmData(),
            Run = scene => scene.Samba!.Get(scene.Layer.Id, Data, scale.FileSize),
            HotSource = true,
        }),
        new(new Step("smb-list", $"through smbd: smbclient lists the tree {SambaListings} times; mirror cold at first", Unit.Entries)
        {
            Run = scene => scene.Samba!.List(scene.Layer.Id, SambaListings),
        }),
    ];

    internal static Scenario Reads() => new(
        new Step("read", "sequential read, 1 stream, 1 MiB calls; mirror cold, source hot", Unit.Bytes)
        {
            Prepare = scene => scene.Source.WarmData(),
            Run = scene => ReadLoad.Run(scene.Mount.Path, Data, streams: 1, MiB),
            HotSource = true,
        },
        new Step("reread", "the same again on the same mount", Unit.Bytes)
        {
            Run = scene => ReadLoad.Run(scene.Mount.Path, Data, streams: 1, MiB),
            HotSource = true,
        });

    /// <summary>What a mirror costs where the source has work to do: nothing is read from memory, neither through a layer nor without one.</summary>
    internal static Scenario ColdRead() => new(new Step("read-cold", "sequential read, 1 stream, 1 MiB calls; mirror and source cold", Unit.Bytes)
    {
        Prepare = scene => scene.Source.DropPages(FirstHalf),
        Run = scene => ReadLoad.Run(scene.Mount.Path, FirstHalf, streams: 1, MiB),
    });

    internal static Scenario Stats(Scale scale, int names = StatFiles) => new(
        new Step("stat-cold", $"stat of {names} names; mirror cold, names hot in the source", Unit.Stats)
        {
            Prepare = scene => scene.Source.RefreshNames(names),
            Run = scene => StatLoad.Run(scene.Mount.Path, names, seconds: 0),
        },
        new Step("stat", "stat storm over the same names for longer than the kernel keeps an answer", Unit.Stats)
        {
            Run = scene => StatLoad.Run(scene.Mount.Path, names, scale.StatSeconds),
        });

    internal static Scenario Listings(Scale scale) => new(
        new Step("list-cold", "ls -lR of 1020 entries; mirror cold, and the source's names dropped too", Unit.Entries)
        {
            Prepare = _ => Source.DropNames(),
            Run = scene => ListingLoad.Run(scene.Mount.Path, seconds: 0),
        },
        new Step("list-warm", "ls -lR again and again on the same mount", Unit.Entries)
        {
            Run = scene => ListingLoad.Run(scene.Mount.Path, scale.Seconds),
        });

    private static Scenario Streams(int streams) => new(new Step($"streams{streams}", $"sequential read, {streams} streams at once; mirror cold, source hot", Unit.Bytes)
    {
        Prepare = scene => scene.Source.WarmData(),
        Run = scene => ReadLoad.Run(scene.Mount.Path, Data, streams, MiB),
        HotSource = true,
    });

    private static Scenario Random(Scale scale) => new(
        new Step("random4k", "random reads of 4 KiB, none twice; mirror cold, source hot", Unit.Reads)
        {
            Prepare = scene => scene.Source.WarmData(),
            Run = scene => RandomLoad.Run(scene.Mount.Path, FirstHalf, scale.FileSize, 4 * KiB, int.MaxValue, scale.Seconds),
            HotSource = true,
        },
        new Step("random64k", "random reads of 64 KiB, none twice; mirror cold, source hot", Unit.Reads)
        {
            Run = scene => RandomLoad.Run(scene.Mount.Path, SecondHalf, scale.FileSize, 64 * KiB, int.MaxValue, scale.Seconds),
            HotSource = true,
        });

    private static Scenario Small(Scale scale) => new(
        new Step("small", $"open, read, close {SmallFiles} small files; mirror cold, source hot", Unit.Files)
        {
            Prepare = scene => scene.Source.WarmSmallFiles(SmallFiles),
            Run = scene => SmallFileLoad.Run(scene.Mount.Path, SmallFiles, seconds: 0),
            HotSource = true,
        },
        new Step("small-again", "the same again and again on the same mount", Unit.Files)
        {
            Run = scene => SmallFileLoad.Run(scene.Mount.Path, SmallFiles, scale.Seconds),
            HotSource = true,
        });

    // Loads on the slow source read little: each READ of 128 KiB takes 21 ms, and what is measured is how many overlap.
    internal static Scenario SlowRead() => new(new Step("read", "sequential read, 1 stream, 128 KiB calls, 8 MiB; mirror and source cold", Unit.Bytes)
    {
        Prepare = scene => scene.Source.DropPages(Data),
        Run = scene => ReadLoad.Run(scene.Mount.Path, [Data[0]], streams: 1, 128 * KiB, bytesEach: 8 * MiB),
    });

    private static Scenario SlowStreams() => new(new Step("streams4", "sequential read, 4 streams at once, 2 MiB each; mirror and source cold", Unit.Bytes)
    {
        Prepare = scene => scene.Source.DropPages(Data),
        Run = scene => ReadLoad.Run(scene.Mount.Path, [.. Data.Take(4)], streams: 4, 128 * KiB, bytesEach: 2 * MiB),
    });

    private static Scenario SlowRandom() => new(new Step("random64k", "random reads of 64 KiB, none twice; mirror and source cold", Unit.Reads)
    {
        Prepare = scene => scene.Source.DropPages(Data),
        Run = scene => RandomLoad.Run(scene.Mount.Path, [Data[0], Data[1]], 8 * MiB, 64 * KiB, most: 24, seconds: 10),
    });

    private static Scenario SlowSmall() => new(new Step("small", $"open, read, close {SlowSmallFiles} small files; mirror and source cold", Unit.Files)
    {
        Prepare = scene => scene.Source.DropPages(SampleTree.SmallNames.Take(SlowSmallFiles).Select(name => $"{SampleTree.SmallDirectory}/{name}")),
        Run = scene => SmallFileLoad.Run(scene.Mount.Path, SlowSmallFiles, seconds: 0),
    });
}
