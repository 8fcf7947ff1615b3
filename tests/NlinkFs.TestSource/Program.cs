using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using NlinkFs.Linux;
using NlinkFs.Protocol;
using NlinkFs.Server;
using NlinkFs.TestSource;

Argument<string> mountPoint = new("MOUNTPOINT");
Option<string> nlink = Choice("--nlink", "Link counts: 0 everywhere, 0 in LOOKUP only, or true.", "zero", "lookup-zero", "true");
Option<string> ino = Choice("--ino", "A new inode number for each LOOKUP, one a path, or one for all files.", "churn", "stable", "shared");
Option<string> rootIno = Choice("--root-ino", "The root's inode number: 0, or a real one.", "zero", "real");
Option<string> listedIno = Choice("--d-ino", "Inode numbers in listings: what lookups give with --ino stable, or others.", "path", "wrong");
Option<string> blocks = Choice("--blocks", "Block counts: 0, or by size.", "zero", "real");
Option<string> listings = Choice("--listings", "The same each time; another order each time; without an entry every other time; one entry twice.", "stable", "reordered", "lossy", "repeating");
Option<string> xattr = Choice("--xattr", "Extended attributes: not supported, supported and none there, failing with EIO.", "unsupported", "none", "failing");
Option<string> direct = Choice("--o-direct", "Whether files can be opened with O_DIRECT.", "accept", "refuse");
Option<string> allowOther = Choice("--allow-other", "Whether other users may enter, as root.", "on", "off");
Option<string> times = Choice("--times", "True in LOOKUP and now in GETATTR; now always; true always.", "lookup-true", "drift", "stable");
Option<string> statfs = Choice("--statfs", "All zeros, or numbers.", "zero", "real");
Option<string> types = Choice("--types", "d_type in listings.", "known", "unknown");
Option<string> readDirPlus = Choice("--readdirplus", "Whether listings carry attributes.", "on", "off");
Option<double> entryTimeout = Seconds("--entry-timeout", 1);
Option<double> attrTimeout = Seconds("--attr-timeout", 30);
Option<double> latency = Seconds("--latency", 0);
Option<double> readLatency = Seconds("--read-latency", 0);
Option<bool> keepCache = new("--keep-cache") { Description = "Pages stay cached from one open to the next." };
Option<bool> births = new("--births") { Description = "Answer STATX, with birth times." };
Option<ulong> seed = new("--seed") { Description = "Changes the content and the times of all files." };
Option<string?> journal = new("--journal") { Description = "File to note modifying operations in." };
Option<bool> trace = new("--trace") { Description = "Log requests and answers to standard error." };
Option<string[]> file = new("--file") { HelpName = "PATH=SIZE", Description = "Add a file." };
Option<string[]> wide = new("--wide") { HelpName = "DIR=N", Description = "Add a directory of N small files." };
Option<string[]> deep = new("--deep") { HelpName = "DIR=N", Description = "Add N directories, each in the other." };
Option<string[]> symlink = new("--symlink") { HelpName = "PATH=TARGET", Description = "Add a symbolic link." };
Option<string[]> broken = new("--broken") { HelpName = "PATH", Description = "Add a file that is listed, but fails with EIO when looked up." };
Option<string[]> failList = new("--fail-list") { HelpName = "PATH=COUNT", Description = "That directory can be opened; listing it fails with EIO after COUNT entries." };
Option<string[]> failAt = new("--fail-at") { HelpName = "PATH=OFFSET", Description = "Reads of that file that reach OFFSET or beyond fail with EIO." };
Option<bool> sample = new("--sample") { Description = "Add the sample library; the default when no tree is described." };
Option<bool> empty = new("--empty") { Description = "Nothing in the root, whatever else is described." };

RootCommand command = new("A FUSE file system with the faults of real ones, for testing. Serves MOUNTPOINT until unmounted or stopped.")
{
    mountPoint, nlink, ino, rootIno, listedIno, blocks, listings, xattr, direct, allowOther, times, statfs, types, readDirPlus, entryTimeout, attrTimeout, latency, readLatency, keepCache, seed, journal, trace, file, wide, deep, symlink, broken, failAt, failList, sample, empty, births,
};
command.SetAction(parsed =>
{
    Behaviour behaviour = new()
    {
        Links = parsed.GetValue(nlink) switch { "lookup-zero" => LinkCounts.LookupZero, "true" => LinkCounts.True, _ => LinkCounts.Zero },
        Inodes = parsed.GetValue(ino) switch { "stable" => Inodes.Stable, "shared" => Inodes.Shared, _ => Inodes.Churn },
        ZeroRootIno = parsed.GetValue(rootIno) != "real",
        WrongListedInodes = parsed.GetValue(listedIno) == "wrong",
        ZeroBlocks = parsed.GetValue(blocks) != "real",
        Listings = parsed.GetValue(listings) switch { "reordered" => Listings.Reordered, "lossy" => Listings.Lossy, "repeating" => Listings.Repeating, _ => Listings.Stable },
        Xattrs = parsed.GetValue(xattr) switch { "none" => Xattrs.None, "failing" => Xattrs.Failing, _ => Xattrs.Unsupported },
        RefusesDirect = parsed.GetValue(direct) == "refuse",
        Clocks = parsed.GetValue(times) switch { "drift" => Clocks.Drift, "stable" => Clocks.Stable, _ => Clocks.LookupTrue },
        ZeroStatFs = parsed.GetValue(statfs) != "real",
        UnknownTypes = parsed.GetValue(types) == "unknown",
        EntryTimeout = TimeSpan.FromSeconds(parsed.GetValue(entryTimeout)),
        AttrTimeout = TimeSpan.FromSeconds(parsed.GetValue(attrTimeout)),
        Latency = TimeSpan.FromSeconds(parsed.GetValue(latency)),
        ReadLatency = TimeSpan.FromSeconds(parsed.GetValue(readLatency)),
        KeepCache = parsed.GetValue(keepCache),
        Births = parsed.GetValue(births),
        Seed = parsed.GetValue(seed),
    };
    InitFlags features = SessionOptions.UsualFeatures & (parsed.GetValue(readDirPlus) == "off" ? ~(InitFlags.DoReadDirPlus | InitFlags.ReadDirPlusAuto) : ~InitFlags.None);
    return Serve(parsed.GetRequiredValue(mountPoint), BuildTree(parsed), behaviour, new Observer(parsed.GetValue(journal)), parsed.GetValue(trace), features, parsed.GetValue(allowOther) != "off");
});
return command.Parse(args).Invoke();

Tree BuildTree(ParseResult parsed)
{
    Tree tree = new();
    if (parsed.GetValue(empty))
    {
        return tree;
    }

    foreach ((string path, string value) in Pairs(parsed, file))
    {
        tree.AddFile(path, ParseSize(value));
    }

    foreach ((string path, string value) in Pairs(parsed, wide))
    {
        tree.AddWide(path, int.Parse(value, CultureInfo.InvariantCulture));
    }

    foreach ((string path, string value) in Pairs(parsed, deep))
    {
        tree.AddDeep(path, int.Parse(value, CultureInfo.InvariantCulture));
    }

    foreach ((string path, string value) in Pairs(parsed, symlink))
    {
        tree.AddSymlink(path, value);
    }

    foreach (string path in parsed.GetValue(broken) ?? [])
    {
        tree.AddBroken(path);
    }

    if (parsed.GetValue(sample) || tree.Root.Count == 0)
    {
        tree.AddSample();
    }

    foreach ((string path, string value) in Pairs(parsed, failList))
    {
        tree.FailListing(path, int.Parse(value, CultureInfo.InvariantCulture));
    }

    foreach ((string path, string value) in Pairs(parsed, failAt))
    {
        tree.FailAt(path, ParseSize(value));
    }

    return tree;
}

static int Serve(string mountPoint, Tree tree, Behaviour behaviour, Observer observer, bool trace, InitFlags features, bool allowOther)
{
    byte[] path = Encoding.UTF8.GetBytes(Path.GetFullPath(mountPoint));
    using ManualResetEventSlim stop = new();
    using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, stop));
    using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, stop));
    Fd device;
    try
    {
        device = FuseMount.Mount(new MountRequest
        {
            MountPoint = path,
            FsName = "testsource"u8.ToArray(),
            Subtype = "testsource",
            Flags = MountFlags.None,
            AllowOther = allowOther && Processes.IsRoot,
            DefaultPermissions = true,
        });
    }
    catch (MountException e)
    {
        Console.Error.WriteLine($"nlinkfs-testsource: {e.Message} {e.Hint}");
        return 32;
    }

    SessionOptions options = new() { Features = features, MaxWrite = 1 << 17, Trace = trace ? Console.Error.WriteLine : null };
    using FuseSession session = new(device, new SourceFileSystem(tree.Root, behaviour, observer), options, new ConsoleLog());
    session.Start();
    if (!session.WaitForInit(TimeSpan.FromSeconds(10), out _))
    {
        Console.Error.WriteLine("nlinkfs-testsource: the kernel did not start the session");
        return 2;
    }

    Console.WriteLine($"ready {mountPoint}");
    _ = WaitHandle.WaitAny([session.Ended, stop.WaitHandle]);
    if (stop.IsSet && FuseMount.Unmount(path, lazy: false).IsError)
    {
        _ = FuseMount.Unmount(path, lazy: true);
    }

    return 0;
}

static void Stop(PosixSignalContext context, ManualResetEventSlim stop)
{
    context.Cancel = true;
    stop.Set();
}

static IEnumerable<(string Path, string Value)> Pairs(ParseResult parsed, Option<string[]> option) =>
    (parsed.GetValue(option) ?? []).Select(text => (text[..text.LastIndexOf('=')], text[(text.LastIndexOf('=') + 1)..]));

static long ParseSize(string text)
{
    int shift = text[^1] switch { 'K' => 10, 'M' => 20, 'G' => 30, _ => 0 };
    return long.Parse(shift > 0 ? text[..^1] : text, CultureInfo.InvariantCulture) << shift;
}

static Option<string> Choice(string name, string description, params string[] values)
{
    Option<string> option = new(name) { Description = description, HelpName = string.Join('|', values) };
    return option.AcceptOnlyFromAmong(values);
}

static Option<double> Seconds(string name, double otherwise) =>
    new(name) { HelpName = "SECONDS", DefaultValueFactory = _ => otherwise };

internal sealed class ConsoleLog : ISessionLog
{
    public void InitRefused(string reason) => Console.Error.WriteLine(reason);

    public void MalformedRequest(FuseOpcode opcode, int length) => Console.Error.WriteLine($"malformed {opcode} of {length} bytes");

    public void HandlerFailed(FuseOpcode opcode, Exception exception) => Console.Error.WriteLine($"{opcode}: {exception}");

    public void ChannelFailed(Errno error) => Console.Error.WriteLine($"channel: {error}");

    public void WorkersExhausted(int workers) => Console.Error.WriteLine($"all {workers} workers are busy");
}
