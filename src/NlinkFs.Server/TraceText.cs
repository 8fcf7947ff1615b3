using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using NlinkFs.Linux;
using NlinkFs.Protocol;

namespace NlinkFs.Server;

/// <summary>
/// One line for each request and one for each answer, in the manner of go-fuse: "rx 12: LOOKUP n1 ["name"] p345" and
/// "tx 12: OK, {...}". Payloads are cut, names escaped, flags named. Off the fast path: it allocates freely.
/// </summary>
internal static class TraceText
{
    private const int ShownBytes = 16;
    private const int ShownEntries = 3;

    internal static string OfRequest(in InHeader header, ReadOnlySpan<byte> frame)
    {
        StringBuilder line = new($"rx {header.Unique.Value}: {Name(header.Opcode)} n{header.NodeId.Value} ");
        ReadOnlySpan<byte> body = frame[Math.Min(frame.Length, Marshal.SizeOf<InHeader>())..];
        Arguments(line, header.Opcode, new RequestReader(body));
        line.Append(CultureInfo.InvariantCulture, $"p{header.Pid}");
        return line.ToString();
    }

    internal static string OfAnswer(in InHeader header, Errno error, ReadOnlySpan<byte> payload)
    {
        StringBuilder line = new($"tx {header.Unique.Value}:     {(error.IsError ? $"{error.Value}={error}" : "OK")}");
        if (!error.IsError && payload.Length > 0)
        {
            line.Append(", ");
            Result(line, header.Opcode, payload);
        }

        return line.ToString();
    }

    /// <summary>The answer to a READ whose data went from pipe to kernel, unseen.</summary>
    internal static string OfSplicedAnswer(in InHeader header, int count) => $"tx {header.Unique.Value}:     OK, {count}b data, spliced";

    private static string Name(FuseOpcode opcode) =>
        Enum.IsDefined(opcode) ? opcode.ToString().ToUpperInvariant() : $"OPCODE {(uint)opcode}";

    private static void Arguments(StringBuilder line, FuseOpcode opcode, RequestReader body)
    {
        FormattableString? text = opcode switch
        {
            FuseOpcode.Init when body.TryReadHead(Math.Min(body.Rest.Length, Marshal.SizeOf<InitIn>()), out InitIn init) =>
                $"{{{init.Major}.{init.Minor} Ra {init.MaxReadahead} {(InitFlags)(((ulong)init.Flags2 << 32) | init.Flags)}}} ",
            FuseOpcode.Forget when body.TryRead(out ForgetIn forget) => $"{{Nlookup={forget.LookupCount}}} ",
            FuseOpcode.BatchForget when body.TryRead(out BatchForgetIn batch) => $"{{Count={batch.Count}}} ",
            FuseOpcode.Interrupt when body.TryRead(out InterruptIn interrupt) => $"{{ix {interrupt.Unique.Value}}} ",
            FuseOpcode.GetAttr when body.TryRead(out GetAttrIn attr) => $"{{Fh {attr.Fh.Value} {attr.Flags}}} ",
            FuseOpcode.Statx when body.TryRead(out StatxIn statx) => $"{{Fh {statx.Fh.Value} {statx.Flags} mask 0x{statx.StatxMask:x} flags 0x{statx.StatxFlags:x}}} ",
            FuseOpcode.SetAttr when body.TryRead(out SetAttrIn set) => $"{{{set.Valid}}} ",
            FuseOpcode.Open or FuseOpcode.OpenDir when body.TryRead(out OpenIn open) => $"{{{Open(open.Flags)}}} ",
            FuseOpcode.Read or FuseOpcode.ReadDir or FuseOpcode.ReadDirPlus when body.TryRead(out ReadIn read) =>
                $"{{Fh {read.Fh.Value} [{read.Offset} +{read.Size}) {read.ReadFlags} {Open(read.Flags)}}} ",
            FuseOpcode.Write when body.TryRead(out WriteIn write) => $"{{Fh {write.Fh.Value} [{write.Offset} +{write.Size}) {write.WriteFlags}}} ",
            FuseOpcode.Release or FuseOpcode.ReleaseDir when body.TryRead(out ReleaseIn release) => $"{{Fh {release.Fh.Value} {release.ReleaseFlags}}} ",
            FuseOpcode.Flush when body.TryRead(out FlushIn flush) => $"{{Fh {flush.Fh.Value}}} ",
            FuseOpcode.Lseek when body.TryRead(out LseekIn lseek) => $"{{Fh {lseek.Fh.Value} [{lseek.Offset}) whence {lseek.Whence}}} ",
            FuseOpcode.Access when body.TryRead(out AccessIn access) => $"{{mask {access.Mask}}} ",
            FuseOpcode.GetXattr or FuseOpcode.ListXattr when body.TryRead(out GetXattrIn xattr) => $"{{sz {xattr.Size}}} ",
            FuseOpcode.MkDir when body.TryRead(out MkDirIn mkDir) => $"{{0{Convert.ToString((int)mkDir.Mode, 8)}}} ",
            FuseOpcode.MkNod when body.TryRead(out MkNodIn mkNod) => $"{{0{Convert.ToString((int)mkNod.Mode, 8)}}} ",
            FuseOpcode.Create when body.TryRead(out CreateIn create) => $"{{{Open(create.Flags)} 0{Convert.ToString((int)create.Mode, 8)}}} ",
            FuseOpcode.Rename when body.TryRead(out RenameIn rename) => $"{{to n{rename.NewDir.Value}}} ",
            FuseOpcode.Rename2 when body.TryRead(out Rename2In rename) => $"{{to n{rename.NewDir.Value} 0x{rename.Flags:x}}} ",
            FuseOpcode.Link when body.TryRead(out LinkIn link) => $"{{from n{link.OldNodeId.Value}}} ",
            FuseOpcode.Ioctl when body.TryRead(out IoctlIn ioctl) => $"{{Fh {ioctl.Fh.Value} 0x{ioctl.Command:x} {ioctl.Flags}}} ",
            _ => null,
        };
        if (text is not null)
        {
            line.Append(text.ToString(CultureInfo.InvariantCulture));
        }

        while (HasNames(opcode) && body.TryReadName(out ReadOnlySpan<byte> name))
        {
            line.Append(CultureInfo.InvariantCulture, $"[\"{Printable.Escape(name)}\"] ");
        }
    }

    private static bool HasNames(FuseOpcode opcode) => opcode is FuseOpcode.Lookup or FuseOpcode.Unlink or FuseOpcode.RmDir or FuseOpcode.MkDir
        or FuseOpcode.MkNod or FuseOpcode.Create or FuseOpcode.Symlink or FuseOpcode.Rename or FuseOpcode.Rename2 or FuseOpcode.Link
        or FuseOpcode.GetXattr or FuseOpcode.RemoveXattr;

    private static void Result(StringBuilder line, FuseOpcode opcode, ReadOnlySpan<byte> payload)
    {
        RequestReader answer = new(payload);
        FormattableString text = opcode switch
        {
            FuseOpcode.Lookup or FuseOpcode.MkNod or FuseOpcode.MkDir or FuseOpcode.Symlink or FuseOpcode.Link or FuseOpcode.Create
                when answer.TryRead(out EntryOut entry) =>
                $"{{n{entry.NodeId.Value} tE={Ttl(entry.EntryValid, entry.EntryValidNsec)} tA={Ttl(entry.AttrValid, entry.AttrValidNsec)} {Attributes(entry.Attr)}}}",
            FuseOpcode.GetAttr or FuseOpcode.SetAttr when answer.TryRead(out AttrOut attr) =>
                $"{{tA={Ttl(attr.AttrValid, attr.AttrValidNsec)} {Attributes(attr.Attr)}}}",
            FuseOpcode.Statx when answer.TryRead(out StatxOut statx) =>
                $"{{tA={Ttl(statx.AttrValid, statx.AttrValidNsec)} M0{Convert.ToString(statx.Stat.Mode, 8)} SZ={statx.Stat.Size} L={statx.Stat.Nlink} i={statx.Stat.Ino}}}",
            FuseOpcode.Open or FuseOpcode.OpenDir when answer.TryRead(out OpenOut open) => $"{{Fh {open.Fh.Value} {open.OpenFlags}}}",
            FuseOpcode.Init when answer.TryReadHead(Math.Min(payload.Length, Marshal.SizeOf<InitOut>()), out InitOut init) =>
                $"{{{init.Major}.{init.Minor} Ra {init.MaxReadahead} Bg {init.MaxBackground} W {init.MaxWrite} Pages {init.MaxPages} {(InitFlags)(((ulong)init.Flags2 << 32) | init.Flags)}}}",
            FuseOpcode.ReadLink => $"\"{Printable.Escape(payload)}\"",
            FuseOpcode.ReadDir or FuseOpcode.ReadDirPlus => $"{payload.Length}b {Entries(payload, opcode == FuseOpcode.ReadDirPlus)}",
            FuseOpcode.Read => $"{payload.Length}b data \"{Printable.Escape(payload[..Math.Min(payload.Length, ShownBytes)])}\"{(payload.Length > ShownBytes ? "..." : "")}",
            _ => $"{payload.Length}b",
        };
        line.Append(text.ToString(CultureInfo.InvariantCulture));
    }

    private static string Open(uint flags) => OpenFlags.Describe((int)flags);

    private static string Ttl(ulong seconds, uint nanoseconds) => FormattableString.Invariant($"{seconds + (nanoseconds / 1e9):0.###}s");

    private static string Attributes(in Attr attr) => FormattableString.Invariant(
        $"{{M0{Convert.ToString((int)attr.Mode, 8)} SZ={attr.Size} L={attr.Nlink} {attr.Uid}:{attr.Gid} B{attr.Blocks}*512 i={attr.Ino} M {attr.Mtime}.{attr.MtimeNsec:000000000}}}");

    private static string Entries(ReadOnlySpan<byte> payload, bool plus)
    {
        StringBuilder text = new();
        DirectoryReader entries = new(payload, plus);
        int count = 0;
        while (entries.MoveNext())
        {
            if (count++ < ShownEntries)
            {
                text.Append(CultureInfo.InvariantCulture, $"\"{Printable.Escape(entries.Name)}\" ");
            }
        }

        return FormattableString.Invariant($"{count} entries [{text.ToString().TrimEnd()}{(count > ShownEntries ? " ..." : "")}]");
    }
}
